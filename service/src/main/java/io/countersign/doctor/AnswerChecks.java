// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.policy.Reason;
import io.countersign.protocol.AccountAuthorization;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Do servers take the answers, once keys fit? */
final class AnswerChecks {
    static final Check NAME_AND_KEY =
            Check.error(
                    "account-name-key-mixed-up",
                    "In operator mode servers know accounts by key, in static mode by name; the other one"
                            + " is an account that does not exist.",
                    AnswerChecks::nameAndKey);

    static final List<Check> ALL =
            List.of(
                    NAME_AND_KEY,
                    Check.error(
                            "target-account-missing",
                            "Servers refuse an answer that places a user where there is no account.",
                            AnswerChecks::targetMissing),
                    Check.error(
                            "target-account-not-allowed",
                            "The callout account's JWT says where its service may place users; elsewhere servers"
                                    + " refuse the answer.",
                            AnswerChecks::targetNotAllowed),
                    Check.error(
                            "clock-skew",
                            "Questions and answers are valid for seconds: with clocks further apart than clock-skew"
                                    + " one side refuses what the other wrote.",
                            AnswerChecks::clockSkew),
                    Check.error(
                            "server-unknown-to-service",
                            "Questions of servers that the service's system account does not know are dropped, for"
                                    + " they could be forged.",
                            AnswerChecks::serverUnknown),
                    Check.error(
                            "service-unable",
                            "The service stays silent when the fault is its own, so that clients try again.",
                            AnswerChecks::serviceUnable));

    private AnswerChecks() {}

    private static Optional<Sign> nameAndKey(Evidence it) {
        if (it.isOperator()) {
            return Optional.empty(); // the reader of countersign.yaml takes keys only
        }
        List<String> keys =
                Stream.concat(
                                it.calloutAccountName().stream(),
                                it.config().mode().accountNames().stream())
                        .filter(AnswerChecks::isKey)
                        .toList();
        Set<String> known = it.accountNames().value().orElse(Set.of());
        return keys.isEmpty() || known.containsAll(keys)
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "account %s in countersign.yaml is a key (expected: a name, in static mode)"
                                        .formatted(keys.getFirst()),
                                "In countersign.yaml (accounts) and policy.yaml (account): the name that the account has in the servers' configuration."));
    }

    private static boolean isKey(String name) {
        try {
            NKey.parse(name, NKeyType.ACCOUNT);
            return true;
        } catch (InvalidKey e) {
            return false;
        }
    }

    private static Optional<Sign> targetMissing(Evidence it) {
        Set<String> missing = new LinkedHashSet<>();
        if (it.isOperator()) {
            it.targets()
                    .value()
                    .orElse(Map.of())
                    .forEach((name, account) -> {
                        if (account.isEmpty()) {
                            missing.add(name);
                        }
                    });
        } else if (it.accountNames().value().isPresent()) {
            missing.addAll(it.config().mode().accountNames());
            missing.removeAll(it.accountNames().value().get());
            missing.removeIf(AnswerChecks::isKey);
        } else if (!it.files().callouts().isEmpty()) {
            it.files()
                    .callouts()
                    .forEach(file -> {
                        Set<String> here = new LinkedHashSet<>(it.config().mode().accountNames());
                        here.removeAll(file.accounts());
                        here.removeIf(AnswerChecks::isKey);
                        missing.addAll(here);
                    });
        } else if (nameAndKey(it).isEmpty()) {
            it.objection("account missing").ifPresent(trial -> missing.add(trial.objection()));
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "the servers do not know %s".formatted(String.join(", ", missing)),
                                it.isOperator()
                                        ? "nsc push --account %s; or correct its id under accounts in countersign.yaml."
                                                .formatted(String.join(" --account ", missing))
                                        : "In each server's accounts: %s { }; or correct the name in countersign.yaml and policy.yaml."
                                                .formatted(String.join(" { }, ", missing))));
    }

    private static Optional<Sign> targetNotAllowed(Evidence it) {
        Optional<AccountAuthorization> known = it.authorization();
        if (known.isPresent() && it.operator().isPresent()) {
            List<String> allowed = known.get().allowedAccounts().stream().map(NKey::text).toList();
            Map<String, String> out = new TreeMap<>();
            for (Map.Entry<String, Mode.Account> each : it.operator().get().accounts().entrySet()) {
                if (!known.get().anyAccount() && !allowed.contains(each.getValue().id())) {
                    out.put(each.getKey(), each.getValue().id());
                }
            }
            return out.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Sign(
                                    "allowed_accounts of the callout account lacks " + out,
                                    Mends.callout(
                                            it,
                                            "--allowed-account "
                                                    + String.join(
                                                            " --allowed-account ", out.values()))));
        }
        return it.objection("not permitted as valid account option")
                .map(trial ->
                        new Sign(
                                "server %s: %s".formatted(trial.server(), trial.objection()),
                                Mends.callout(it, "--allowed-account KEY")));
    }

    private static Optional<Sign> clockSkew(Evidence it) {
        Duration limit = it.config().limits().clockSkew();
        Optional<Sign> seen =
                it.servers().value().orElse(List.of()).stream()
                        .filter(server -> server.ahead().abs().compareTo(limit) > 0)
                        .findFirst()
                        .map(server ->
                                new Sign(
                                        "the clock of server %s is %d s %s this machine's (clock-skew: %d s)"
                                                .formatted(
                                                        server.name(),
                                                        server.ahead().abs().toSeconds(),
                                                        server.ahead().isNegative()
                                                                ? "behind"
                                                                : "ahead of",
                                                        limit.toSeconds()),
                                        "Run a time service (chrony, systemd-timesyncd) on both machines."));
        return seen.or(() ->
                it.dropped(Reason.STALE_REQUEST.code())
                        .or(() -> it.objection("claim is expired", "claim is not yet valid"))
                        .map(trial ->
                                new Sign(
                                        "the question or the answer was out of date when it came (server %s)"
                                                .formatted(trial.server()),
                                        "Run a time service (chrony, systemd-timesyncd) on servers and instances.")));
    }

    private static Optional<Sign> serverUnknown(Evidence it) {
        return it.dropped(Reason.UNKNOWN_SERVER.code())
                .filter(_ -> !InstanceChecks.isSystemRefused(it))
                .filter(_ -> !ServerChecks.areStrangers(it))
                .map(trial ->
                        new Sign(
                                "instances do not know server %s".formatted(trial.server()),
                                "In countersign.yaml, nats.system: a user of the system account of these servers."));
    }

    private static Optional<Sign> serviceUnable(Evidence it) {
        for (Reason reason :
                List.of(
                        Reason.OVERLOADED,
                        Reason.BACKEND_UNAVAILABLE,
                        Reason.AUDIT_UNAVAILABLE,
                        Reason.POLICY_ERROR,
                        Reason.INTERNAL_ERROR,
                        Reason.RATE_LIMITED)) {
            Optional<Trial> trial = it.dropped(reason.code());
            if (trial.isPresent()) {
                return Optional.of(
                        new Sign(
                                "instances had the question and gave no answer: " + reason.code(),
                                "Look up %s in ops/docs/reasons.md, and in the instances' logs."
                                        .formatted(reason.code())));
            }
        }
        return Optional.empty();
    }
}
