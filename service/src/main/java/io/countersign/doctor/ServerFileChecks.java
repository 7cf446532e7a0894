// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.protocol.SignedUser;
import java.util.List;
import java.util.Optional;

/** What else servers' files show before anybody logs in (reference 3). */
final class ServerFileChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "mode-mixed-up",
                            "Servers of operator mode know accounts as JWTs, those of static mode from their file; they"
                                    + " refuse the answers that are made for the other mode.",
                            ServerFileChecks::modeMixedUp),
                    Check.error(
                            "system-account-off",
                            "A server without a system account panics and exits at the first login that it would ask"
                                    + " about.",
                            ServerFileChecks::systemAccountOff),
                    Check.error(
                            "default-sentinel-unfit",
                            "Every client without a user JWT becomes this sentinel: if servers cannot use it, nobody is"
                                    + " asked about; if it may do something, so may everybody.",
                            ServerFileChecks::sentinelUnfit),
                    Check.warning(
                            "leafnodes-bypass-callout",
                            "Leaf nodes that this block lets in are never asked about; in the callout account they could"
                                    + " read every question.",
                            ServerFileChecks::leafNodes),
                    Check.warning(
                            "routes-open",
                            "Whoever may join as a server reads everything, and can ask the service whatever it likes.",
                            ServerFileChecks::routesOpen),
                    Check.warning(
                            "server-password-clear",
                            "Whoever sees the file, or a backup of it, has the password.",
                            ServerFileChecks::clearPasswords),
                    Check.warning(
                            "server-file-newer",
                            "The server still works by the old file. A change of auth_callout takes a restart: a reload"
                                    + " refuses the whole file.",
                            ServerFileChecks::fileNewer));

    private ServerFileChecks() {}

    private static Optional<Sign> modeMixedUp(Evidence it) {
        String theirs = it.isOperator() ? "static" : "operator";
        return ServerFiles.each(
                it,
                file ->
                        file.isOperator() == it.isOperator()
                                ? Optional.empty()
                                : Optional.of("is of %s mode".formatted(theirs)),
                Mends.ours(
                        "mode: %s; countersign setup %s makes what belongs to it."
                                .formatted(theirs, theirs)));
    }

    private static Optional<Sign> systemAccountOff(Evidence it) {
        return ServerFiles.each(
                it,
                file ->
                        file.lacksSystemAccount()
                                ? Optional.of("no_system_account")
                                : Optional.empty(),
                "In each server's configuration: take no_system_account out; and system_account: SYS, with a user for nats.system.");
    }

    private static Optional<Sign> sentinelUnfit(Evidence it) {
        return ServerFiles.each(
                it,
                file ->
                        file.sentinel()
                                .flatMap(look ->
                                        look.value()
                                                .map(jwt -> unfit(it, jwt))
                                                .orElseGet(() ->
                                                        Optional.of(
                                                                "is no user JWT: " + look.why())))
                                .map("default_sentinel "::concat),
                Mends.sentinel(it, "--bearer --deny-pubsub '>' --expiry 0")
                        + " Then default_sentinel in each server's configuration, and a restart.");
    }

    private static Optional<String> unfit(Evidence it, SignedUser jwt) {
        boolean isOurs =
                it.operator()
                        .map(Mode.Operator::calloutAccount)
                        .filter(jwt.account().text()::equals)
                        .isPresent();
        if (!isOurs) {
            return Optional.of("is of account " + jwt.account());
        } else if (!jwt.claims().bearer()) {
            return Optional.of("is no bearer token");
        } else if (!jwt.isTimely(it.now())) {
            return Optional.of("is not valid now");
        }
        return ClientChecks.mayAct(it, jwt)
                ? Optional.of("may publish or subscribe")
                : Optional.empty();
    }

    private static Optional<Sign> leafNodes(Evidence it) {
        return ServerFiles.each(
                it,
                file ->
                        file.leafAccounts().isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        "leafnodes.authorization lets leaf nodes into "
                                                + String.join(", ", file.leafAccounts())),
                "In each server's leafnodes { … }: take authorization out, and give leaf nodes users of users.yaml.");
    }

    private static Optional<Sign> routesOpen(Evidence it) {
        return ServerFiles.each(
                it,
                file ->
                        file.openDoors().isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        String.join(", ", file.openDoors())
                                                + " without a password or verified certificates"),
                "In each server's block: authorization { user: route, password: … }, the same in routes; or tls { verify: true, … }.");
    }

    private static Optional<Sign> clearPasswords(Evidence it) {
        return ServerFiles.each(
                it,
                file ->
                        file.clearPasswords().isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        "passwords of %s stand there as they are"
                                                .formatted(
                                                        String.join(", ", file.clearPasswords()))),
                "nats server passwd, and its bcrypt hash in place of the password; or users.yaml, with countersign hash-password.");
    }

    private static Optional<Sign> fileNewer(Evidence it) {
        List<Server> servers = it.servers().value().orElse(List.of());
        return ServerFiles.each(
                it,
                file ->
                        servers.stream()
                                .filter(server -> server.name().equals(file.name()))
                                .flatMap(server -> server.loaded().stream())
                                .filter(loaded -> file.changed().isAfter(loaded.plusSeconds(1)))
                                .findFirst()
                                .map(loaded ->
                                        "was written at %s, and read by the server at %s"
                                                .formatted(file.changed(), loaded)),
                "Restart the server; nats-server --signal reload does for what is not about auth_callout.");
    }
}
