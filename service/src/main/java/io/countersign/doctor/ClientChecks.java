// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.NKey;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.SignedUser;
import java.util.List;
import java.util.Optional;

/** Is the client one that servers ask about, and is it let in? */
final class ClientChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "client-jwt-account",
                            "In operator mode servers ask the service only about clients whose user JWT is of the"
                                    + " callout account.",
                            ClientChecks::jwtAccount),
                    Check.error(
                            "client-without-jwt",
                            "In operator mode a client has to bring a sentinel's user JWT, unless the server has"
                                    + " default_sentinel; without one it is refused, and nobody is asked.",
                            ClientChecks::withoutJwt),
                    Check.error(
                            "client-bypasses-callout",
                            "Auth users get in without a question: no policy, no audit entry.",
                            ClientChecks::bypasses),
                    Check.error(
                            "client-refused",
                            "The service was asked and said no to this client.",
                            ClientChecks::refused),
                    Check.warning(
                            "sentinel-may-act",
                            "A sentinel that may publish or subscribe can be used as it is, in the account in which"
                                    + " questions with passwords travel.",
                            ClientChecks::sentinelMayAct),
                    Check.warning(
                            "sentinel-not-bearer",
                            "Without bearer_token every client needs the sentinel's seed too, and cannot present an"
                                    + " nkey of its own.",
                            ClientChecks::sentinelNotBearer));

    private ClientChecks() {}

    private static Optional<Sign> jwtAccount(Evidence it) {
        return it.operator()
                .flatMap(operator ->
                        it.client()
                                .jwt()
                                .map(jwt -> jwt.account().text())
                                .filter(account -> !account.equals(operator.calloutAccount()))
                                .map(account ->
                                        new Sign(
                                                "the client's user JWT is of account %s, the callout account is %s"
                                                        .formatted(
                                                                account, operator.calloutAccount()),
                                                "Give clients creds/sentinel.creds (or another user of the callout account that may"
                                                        + " do nothing), and not credentials of their account.")));
    }

    private static Optional<Sign> withoutJwt(Evidence it) {
        if (!it.isOperator() || it.client().jwt().isPresent() || it.client().invented()) {
            return Optional.empty();
        }
        return it.stopped(Trial.Stop.NOT_CALLED)
                .map(trial ->
                        new Sign(
                                "server %s refused the client without asking"
                                        .formatted(trial.server()),
                                "doctor --creds creds/sentinel.creds, and the same for clients; or default_sentinel in"
                                        + " each server's configuration (2.11.2 and newer)."));
    }

    private static Optional<Sign> bypasses(Evidence it) {
        boolean isJustInvented = it.client().invented() && it.client().jwt().isEmpty();
        boolean isExplained =
                jwtAccount(it).isPresent() || ServiceChecks.calloutNotConfigured(it).isPresent();
        if (isJustInvented || isExplained) {
            return Optional.empty();
        }
        boolean isListed =
                it.authorization()
                        .map(known ->
                                known.authUsers().stream()
                                        .map(NKey::text)
                                        .anyMatch(it.client().user()::equals))
                        .orElse(false);
        if (isListed) {
            return Optional.of(
                    new Sign(
                            "%s is one of the callout account's auth users"
                                    .formatted(it.client().user()),
                            Mends.callout(it, "--rm-auth-user " + it.client().user())));
        }
        return it.stopped(Trial.Stop.BYPASSED)
                .map(trial ->
                        new Sign(
                                "server %s let the client in, and no instance was asked"
                                        .formatted(trial.server()),
                                it.isOperator()
                                        ? "nsc describe account %s shows the auth users: take the client's user out of them."
                                                .formatted(it.calloutAccountLabel())
                                        : Mends.authCallout(
                                                "take %s out of auth_users, or its account into allowed_accounts"
                                                        .formatted(it.client().user()))));
    }

    private static Optional<Sign> refused(Evidence it) {
        if (it.client().invented()) {
            return Optional.empty(); // it is meant to be refused
        }
        return it.stopped(Trial.Stop.REFUSED)
                .map(trial ->
                        new Sign(
                                "%s (entry %s)"
                                        .formatted(
                                                trial.refusalCode(),
                                                trial.serviceSaid()
                                                        .substring(trial.refusalCode().length())
                                                        .strip()),
                                "Look up %s in ops/docs/reasons.md; countersign explain --user NAME shows which rule would decide."
                                        .formatted(trial.refusalCode())));
    }

    private static Optional<Sign> sentinelMayAct(Evidence it) {
        if (jwtAccount(it).isPresent() || bypasses(it).isPresent()) {
            return Optional.empty();
        }
        return it.client()
                .jwt()
                .filter(jwt -> mayAct(it, jwt))
                .map(jwt ->
                        new Sign(
                                "the sentinel %s may publish or subscribe"
                                        .formatted(it.client().user()),
                                Mends.sentinel(it, "--deny-pubsub '>'")));
    }

    /** A JWT that says nothing takes the callout account's default permissions. */
    static boolean mayAct(Evidence it, SignedUser jwt) {
        return jwt.claims()
                .permissions()
                .or(() ->
                        it.calloutAccount()
                                .value()
                                .flatMap(account -> account.claims().defaultPermissions()))
                .map(ClientChecks::mayAct)
                .orElse(true);
    }

    private static boolean mayAct(Permissions permissions) {
        return !permissions.publish().deny().contains(">")
                || !permissions.subscribe().deny().contains(">");
    }

    private static Optional<Sign> sentinelNotBearer(Evidence it) {
        if (jwtAccount(it).isPresent() || bypasses(it).isPresent()) {
            return Optional.empty();
        }
        return it.client()
                .jwt()
                .filter(jwt -> !jwt.claims().bearer())
                .map(jwt ->
                        new Sign(
                                "the sentinel %s is no bearer token".formatted(it.client().user()),
                                Mends.sentinel(it, "--bearer")));
    }
}
