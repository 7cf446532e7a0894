// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Problem;
import io.countersign.protocol.SignedUser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What works today and will not for ever, or could be taken away from us. */
final class UpkeepChecks {
    /** Where instances warn, too. */
    private static final long SPACE = 256L << 20;

    static final List<Check> ALL =
            List.of(
                    Check.warning(
                            "credentials-expire-soon",
                            "When they expire the servers end these connections, and the service hears nothing more.",
                            UpkeepChecks::credentials),
                    Check.warning(
                            "certificate-expires-soon",
                            "When it expires neither instances nor clients get a connection.",
                            UpkeepChecks::certificates),
                    Check.warning(
                            "trail-disk-short",
                            "No audit entry, no answer: with a full disk nobody gets in.",
                            UpkeepChecks::space),
                    Check.warning(
                            "file-open-to-others",
                            "Who can write these files decides who gets in; who can read hashes can guess passwords.",
                            UpkeepChecks::open),
                    Check.warning(
                            "policy-warned",
                            "The policy says something that will not be as it reads.",
                            UpkeepChecks::policy),
                    ServerChecks.DEFECTS);

    private UpkeepChecks() {}

    private static Optional<Sign> credentials(Evidence it) {
        Map<String, Instant> ends = new TreeMap<>();
        Stream.of(
                        Optional.of(it.logins().callout()),
                        it.logins().operations(),
                        it.logins().system())
                .flatMap(Optional::stream)
                .forEach(login ->
                        login.jwt()
                                .flatMap(jwt -> ending(it, jwt))
                                .ifPresent(end -> ends.put(login.source(), end)));
        it.client()
                .jwt()
                .flatMap(jwt -> ending(it, jwt))
                .ifPresent(end -> ends.put("the sentinel", end));
        return ends.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                listed(ends),
                                "New credentials without an end (nsc edit user --expiry 0, nsc generate creds) in their place; instances read them anew."));
    }

    /** What has expired already is told by those that need it. */
    private static Optional<Instant> ending(Evidence it, SignedUser jwt) {
        return jwt.isTimely(it.now()) && !jwt.isTimely(it.now().plus(AccountChecks.SOON))
                ? jwt.claims().expires()
                : Optional.empty();
    }

    private static Optional<Sign> certificates(Evidence it) {
        Instant soon = it.now().plus(AccountChecks.SOON);
        Map<String, Instant> ends = new TreeMap<>();
        it.files()
                .certificates()
                .forEach((file, end) -> {
                    if (end.isBefore(soon)) {
                        ends.put(file, end);
                    }
                });
        it.greetings()
                .forEach(each ->
                        each.certificateEnds()
                                .filter(end -> end.isBefore(soon))
                                .ifPresent(end -> ends.put("server " + each.name(), end)));
        return ends.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                listed(ends),
                                "A new certificate in place of each; nats-server --signal reload on servers, a restart of instances, one after the other."));
    }

    private static String listed(Map<String, Instant> ends) {
        return ends.entrySet().stream()
                .map(each -> each.getKey() + " until " + each.getValue())
                .collect(Collectors.joining("; "));
    }

    private static Optional<Sign> space(Evidence it) {
        return it.files()
                .trailSpace()
                .value()
                .filter(bytes -> bytes < SPACE)
                .map(bytes ->
                        new Sign(
                                "%d MiB are left for %s"
                                        .formatted(bytes >> 20, it.config().audit().directory()),
                                Mends.ours(
                                        "audit.retention: { age: 90d } or bytes; or give that file system more room.")));
    }

    private static Optional<Sign> open(Evidence it) {
        List<ModeFix> open = it.files().open();
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                open.stream()
                                        .map(each -> each.file() + " is " + each.mode())
                                        .collect(Collectors.joining("; ")),
                                open.stream()
                                        .map(ModeFix::command)
                                        .collect(Collectors.joining(" && "))));
    }

    private static Optional<Sign> policy(Evidence it) {
        List<Problem> warnings = it.files().warnings();
        return warnings.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                warnings.stream()
                                        .map(Problem::toString)
                                        .collect(Collectors.joining("; ")),
                                "As it says there; countersign check tells when all is good, and ops/docs/policy.md how to write it."));
    }
}
