// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that the doctor knows to look for, in the order in which a login meets it. A new one
 * is an entry in one of the lists, a row in {@code ops/docs/doctor.md}, and a test that makes the
 * fault.
 */
final class Checks {
    /** When a login failed and no other check knows why. */
    private static final Check UNEXPLAINED =
            Check.error(
                    "login-unexplained",
                    "A login failed, and what can be seen from here does not tell why.",
                    Checks::unexplained);

    private static final List<Check> DIRECT =
            Stream.of(
                            ServerFileChecks.ALL,
                            CalloutBlockChecks.ALL,
                            ServerChecks.ALL,
                            ServiceChecks.ALL,
                            InstanceChecks.ALL,
                            ClientChecks.ALL,
                            KeyChecks.ALL,
                            AccountChecks.ALL,
                            AnswerChecks.ALL,
                            SurroundingChecks.ALL,
                            UpkeepChecks.ALL)
                    .flatMap(List::stream)
                    .toList();

    static final List<Check> ALL =
            Stream.of(FileChecks.ALL, DIRECT, List.of(UNEXPLAINED)).flatMap(List::stream).toList();

    private Checks() {}

    static List<Finding> judge(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        DIRECT.forEach(check -> check.judge(evidence).ifPresent(findings::add));
        if (findings.stream().noneMatch(it -> it.severity() == Severity.ERROR)) {
            UNEXPLAINED.judge(evidence).ifPresent(findings::add);
        }
        return List.copyOf(findings);
    }

    private static Optional<Sign> unexplained(Evidence it) {
        return it.tried().stream()
                .filter(trial ->
                        switch (trial.stop()) {
                            case UNSEEN, NOT_CALLED, NOT_ANSWERED, NOT_ACCEPTED -> true;
                            case REFUSED, BYPASSED, ADMITTED -> false;
                        })
                .findFirst()
                .map(trial ->
                        new Sign(
                                "server %s: %s%s"
                                        .formatted(
                                                trial.server(),
                                                Walk.words(trial.stop()),
                                                trial.objection().isEmpty()
                                                        ? ""
                                                        : ": " + trial.objection()),
                                "Look into the logs of this server and of the instances at this moment; give the doctor"
                                        + " system and operations credentials, so that it sees more."));
    }
}
