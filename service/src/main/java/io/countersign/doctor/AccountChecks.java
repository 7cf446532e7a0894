// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.protocol.AccountLimits;
import io.countersign.protocol.SignedAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Operator mode: do accounts' JWTs let the service work, now and next week? */
final class AccountChecks {
    /** Time to renew something without haste. */
    static final Duration SOON = Duration.ofDays(14);

    /** Logins in flight are in the callout account for a moment. */
    private static final long IN_FLIGHT = 100;

    /** What one callout connection subscribes, with some to spare. */
    private static final long SUBSCRIPTIONS = 32;

    /** A question may carry a client's certificates, an answer its permissions. */
    private static final long PAYLOAD = 128 << 10;

    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "account-jwt-differs",
                            "Servers judge by the JWT that they have: clients get in or not by the server they"
                                    + " happen to reach.",
                            AccountChecks::differs),
                    Check.error(
                            "account-expired",
                            "Servers let nobody into an account whose JWT has expired.",
                            AccountChecks::expired),
                    Check.warning(
                            "account-expires-soon",
                            "When it expires servers end the account's connections, and let nobody in.",
                            AccountChecks::expiresSoon),
                    Check.warning(
                            "callout-account-limited",
                            "Every login is in the callout account for a moment, beside the instances' connections;"
                                    + " beyond a limit clients are refused with a misleading text.",
                            AccountChecks::limited),
                    Check.warning(
                            "any-account-allowed",
                            "Whoever breaks into an instance can place users in any account of the operator.",
                            AccountChecks::anyAllowed));

    private AccountChecks() {}

    /** Callout account and targets, by the names that people use. */
    private static Map<String, SignedAccount> all(Evidence it) {
        Map<String, SignedAccount> all = new TreeMap<>();
        it.targets()
                .value()
                .orElse(Map.of())
                .forEach((name, account) -> account.ifPresent(jwt -> all.put(name, jwt)));
        it.calloutAccount().value().ifPresent(jwt -> all.put(it.calloutAccountLabel(), jwt));
        return all;
    }

    private static Optional<Sign> differs(Evidence it) {
        Map<String, SignedAccount> versions = it.versions().value().orElse(Map.of());
        if (versions.values().stream().distinct().count() < 2) {
            return Optional.empty();
        }
        List<String> seen = new ArrayList<>();
        versions.forEach(
                (server, jwt) -> seen.add("%s: of %s".formatted(server, jwt.claims().issuedAt())));
        return Optional.of(
                new Sign(
                        "servers have different JWTs of account %s (%s)"
                                .formatted(it.calloutAccountLabel(), String.join(", ", seen)),
                        "nsc push --account %s; or, with resolver: MEMORY, the same resolver_preload on all servers and a reload."
                                .formatted(it.calloutAccountLabel())));
    }

    private static Optional<Sign> expired(Evidence it) {
        return all(it).entrySet().stream()
                .filter(each -> !each.getValue().isTimely(it.now()))
                .findFirst()
                .map(each ->
                        new Sign(
                                "the JWT of account %s is not valid now%s"
                                        .formatted(each.getKey(), end(each.getValue())),
                                renewed(each.getKey())));
    }

    private static Optional<Sign> expiresSoon(Evidence it) {
        Instant soon = it.now().plus(SOON);
        return all(it).entrySet().stream()
                .filter(each -> each.getValue().isTimely(it.now()))
                .filter(each -> !each.getValue().isTimely(soon))
                .findFirst()
                .map(each ->
                        new Sign(
                                "the JWT of account %s expires soon%s"
                                        .formatted(each.getKey(), end(each.getValue())),
                                renewed(each.getKey())));
    }

    private static String end(SignedAccount account) {
        return account.claims().expires().map(" (%s)"::formatted).orElse("");
    }

    private static String renewed(String account) {
        return "nsc edit account --name %s --expiry 0 && nsc push --account %s"
                .formatted(account, account);
    }

    private static Optional<Sign> limited(Evidence it) {
        Optional<AccountLimits> limits =
                it.calloutAccount().value().map(account -> account.claims().limits());
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        int instances = Math.max(1, it.instances().value().map(List::size).orElse(1));
        long links = (long) instances * it.config().nats().connections();
        List<String> tight = new ArrayList<>();
        below(limits.get().connections(), links + IN_FLIGHT)
                .ifPresent(limit -> tight.add("connections " + limit));
        below(limits.get().subscriptions(), SUBSCRIPTIONS)
                .ifPresent(limit -> tight.add("subscriptions " + limit));
        below(limits.get().payload(), PAYLOAD).ifPresent(limit -> tight.add("payload " + limit));
        String account = it.calloutAccountLabel();
        return tight.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "account %s allows %s; instances alone have %d connections"
                                        .formatted(account, String.join(", ", tight), links),
                                "nsc edit account --name %s --conns -1 --subscriptions -1 --payload -1 && nsc push --account %s"
                                        .formatted(account, account)));
    }

    /** A negative limit is none. */
    private static Optional<Long> below(long limit, long needed) {
        return limit >= 0 && limit < needed ? Optional.of(limit) : Optional.empty();
    }

    private static Optional<Sign> anyAllowed(Evidence it) {
        return it.authorization()
                .filter(known -> known.anyAccount())
                .map(_ ->
                        new Sign(
                                "allowed_accounts of the callout account is *",
                                Mends.callout(
                                        it,
                                        "--rm-allowed-account '*' --allowed-account "
                                                + String.join(
                                                        " --allowed-account ",
                                                        it
                                                                .operator()
                                                                .orElseThrow()
                                                                .accounts()
                                                                .values()
                                                                .stream()
                                                                .map(account -> account.id())
                                                                .toList()))));
    }
}
