// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.nats.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tells the way of a login from an examination's evidence. */
final class Walk {
    private final Evidence evidence;
    private final List<Step> steps = new ArrayList<>();

    private Walk(Evidence evidence) {
        this.evidence = evidence;
    }

    static List<Step> steps(Evidence evidence) {
        Walk walk = new Walk(evidence);
        walk.reach();
        walk.service();
        walk.listening();
        for (Trial trial : evidence.tried()) {
            walk.trial(trial);
        }
        if (evidence.tried().isEmpty()) {
            walk.add("login", Step.Mark.HIDDEN, evidence.trials().why());
        }
        return walk.steps;
    }

    /** What could not be looked at, and why. */
    static List<String> hidden(Evidence it) {
        Map<String, Look<?>> looks = new TreeMap<>();
        looks.put("servers (clock, time limit, mode)", it.servers());
        looks.put("subscribers of the callout subject", it.subscribers());
        looks.put("connections in the callout account", it.residents());
        looks.put("instances and their counters", it.instances());
        looks.put("accounts that servers know", it.accountNames());
        if (it.isOperator()) {
            looks.put("JWT of the callout account", it.calloutAccount());
            looks.put("JWTs of the target accounts", it.targets());
        } else if (it.files().servers().isEmpty()) {
            looks.put(
                    "auth_callout in the servers' files",
                    Look.hidden("servers do not show it; give the files with --server-config"));
        }
        if (it.client().invented()) {
            looks.put(
                    "an allowed login",
                    Look.hidden("no client's credential was given (--user, --token-file)"));
        }
        Set<String> lines = new LinkedHashSet<>();
        looks.forEach((what, look) -> {
            if (look.value().isEmpty()) {
                lines.add(what + ": " + look.why());
            }
        });
        return List.copyOf(lines);
    }

    /** For people. */
    static String words(Trial.Stop stop) {
        return switch (stop) {
            case UNSEEN -> "the client was refused, and it cannot be seen where";
            case NOT_CALLED -> "the callout was not called";
            case NOT_ANSWERED -> "the callout was called, and no answer came in time";
            case NOT_ACCEPTED -> "the server did not accept the answer";
            case REFUSED -> "the service refused the client";
            case BYPASSED -> "the client is in, and the callout was not called";
            case ADMITTED -> "the client is in";
        };
    }

    private void reach() {
        new TreeMap<>(evidence.reached())
                .forEach((url, look) -> {
                    Step.Mark missed = Evidence.isWebSocket(url) ? Step.Mark.HIDDEN : Step.Mark.BAD;
                    add(
                            "reach",
                            look.value().isPresent() ? Step.Mark.GOOD : missed,
                            look.value().map(it -> url + ": " + it).orElse(look.why()));
                });
    }

    private void service() {
        Look<Verdict> look = evidence.callout();
        Step.Mark mark =
                look.value()
                        .map(it -> it.isAdmitted() ? Step.Mark.GOOD : Step.Mark.BAD)
                        .orElse(Step.Mark.HIDDEN);
        add(
                "service login",
                mark,
                look.value().map(_ -> evidence.calloutUser().source()).orElse(look.why()));
    }

    private void listening() {
        Look<List<InstanceSeen>> look = evidence.instances();
        Step.Mark mark =
                look.value()
                        .map(it -> it.isEmpty() ? Step.Mark.BAD : Step.Mark.GOOD)
                        .orElse(Step.Mark.HIDDEN);
        add("instances", mark, look.value().map(Walk::names).orElse(look.why()));
    }

    private static String names(List<InstanceSeen> instances) {
        return instances.isEmpty()
                ? "none"
                : String.join(", ", instances.stream().map(InstanceSeen::name).sorted().toList());
    }

    private void trial(Trial trial) {
        Trial.Stop stop = trial.stop();
        String at = " (" + trial.server() + ")";
        switch (stop) {
            case UNSEEN -> add("login" + at, Step.Mark.BAD, words(stop));
            case NOT_CALLED, BYPASSED -> add("called" + at, Step.Mark.BAD, words(stop));
            case NOT_ANSWERED -> {
                add("called" + at, Step.Mark.GOOD, "the server asked");
                add("answered" + at, Step.Mark.BAD, unanswered(trial));
            }
            case NOT_ACCEPTED -> {
                add("called" + at, Step.Mark.GOOD, "the server asked");
                add("answered" + at, Step.Mark.GOOD, "an instance answered");
                add("accepted" + at, Step.Mark.BAD, trial.objection());
            }
            case REFUSED -> {
                add("called" + at, Step.Mark.GOOD, "the server asked");
                add("answered" + at, Step.Mark.GOOD, "an instance answered");
                add("accepted" + at, Step.Mark.GOOD, "the server took the answer");
                boolean isMeant = evidence.client().invented();
                add(
                        "login" + at,
                        isMeant ? Step.Mark.GOOD : Step.Mark.BAD,
                        "refused: %s%s"
                                .formatted(
                                        trial.refusalCode(),
                                        isMeant ? ", as it should be for an invented user" : ""));
            }
            case ADMITTED -> {
                add("login" + at, Step.Mark.GOOD, "in " + account(trial));
            }
        }
    }

    private String account(Trial trial) {
        Optional<String> account = trial.account().value();
        if (account.isEmpty()) {
            return "; account not known: " + trial.account().why();
        }
        String name = account.get();
        if (evidence.config().mode() instanceof Mode.Operator operator) {
            for (var each : operator.accounts().entrySet()) {
                if (each.getValue().id().equals(name)) {
                    return "account " + each.getKey();
                }
            }
        }
        return "account " + name;
    }

    private static String unanswered(Trial trial) {
        return trial.counts()
                .value()
                .map(it ->
                        it.requests() == 0
                                ? "no instance heard the question"
                                : "instances dropped it: "
                                        + String.join(", ", it.reasons().keySet()))
                .orElse("no answer in time");
    }

    private void add(String name, Step.Mark mark, String text) {
        steps.add(new Step(name, mark, text));
    }
}
