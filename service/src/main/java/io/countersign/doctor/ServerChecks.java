// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Are the servers one system, and of a kind that the service can rely on? */
final class ServerChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "server-names-equal",
                            "Servers get answers at an inbox made of their name: of two with one name each gets those"
                                    + " for the other, and they refuse one another as routes.",
                            ServerChecks::namesEqual),
                    Check.error(
                            "callout-account-global",
                            "Every user that no account is named for is in $G, and can read questions and swallow"
                                    + " them.",
                            ServerChecks::calloutGlobal),
                    Check.error(
                            "servers-apart",
                            "Instances know the servers of one cluster, and drop what others ask; sessions there can"
                                    + " neither be seen nor cut.",
                            ServerChecks::apart),
                    Check.warning(
                            "no-auth-user",
                            "A client without any credential is asked about under that user's name and password; on"
                                    + " many versions one that says nothing at all gets in without a question.",
                            ServerChecks::noAuthUser),
                    Check.warning(
                            "system-account-target",
                            "Who is placed there can see every connection and account, and stop servers.",
                            ServerChecks::systemTarget));

    /** Last of all, because there is always some old server. */
    static final Check DEFECTS =
            Check.warning(
                    "server-version-defects",
                    "What the service grants or forbids does not hold on such a server as it should.",
                    ServerChecks::defects);

    private ServerChecks() {}

    private static Map<String, Set<String>> idsByName(Evidence it) {
        Map<String, Set<String>> ids = new TreeMap<>();
        it.greetings()
                .forEach(each ->
                        ids.computeIfAbsent(each.name(), _ -> new TreeSet<>()).add(each.id()));
        it.servers()
                .value()
                .orElse(List.of())
                .forEach(each ->
                        ids.computeIfAbsent(each.name(), _ -> new TreeSet<>()).add(each.id()));
        return ids;
    }

    private static Optional<Sign> namesEqual(Evidence it) {
        return idsByName(it).entrySet().stream()
                .filter(each -> each.getValue().size() > 1)
                .findFirst()
                .map(each ->
                        new Sign(
                                "%d servers are called %s (%s)"
                                        .formatted(
                                                each.getValue().size(),
                                                each.getKey(),
                                                String.join(", ", each.getValue())),
                                "In each server's configuration: a server_name of its own, and a restart."));
    }

    private static Optional<Sign> calloutGlobal(Evidence it) {
        boolean isOurs = it.calloutAccountName().filter(ServerFile.GLOBAL::equals).isPresent();
        boolean isHeard =
                !it.isOperator()
                        && it.subscribers().value().orElse(List.of()).stream()
                                .anyMatch(each -> each.account().equals(ServerFile.GLOBAL));
        boolean isWritten =
                !it.isOperator()
                        && it.files().callouts().stream()
                                .anyMatch(file ->
                                        file.callout()
                                                .orElseThrow()
                                                .account()
                                                .equals(ServerFile.GLOBAL));
        return isOurs || isHeard || isWritten
                ? Optional.of(
                        new Sign(
                                "the callout account is $G",
                                Mends.authCallout(
                                                "account: AUTH, an account with the service's user and nobody else in it")
                                        + " "
                                        + Mends.ours("keys.callout-account: AUTH")))
                : Optional.empty();
    }

    private static Optional<Sign> apart(Evidence it) {
        if (it.servers().value().isEmpty() || namesEqual(it).isPresent()) {
            return Optional.empty();
        }
        Set<String> together =
                it.servers().value().get().stream().map(Server::id).collect(Collectors.toSet());
        // System credentials of another account see no server at all.
        List<String> apart =
                it.greetings().stream()
                        .filter(each -> !together.isEmpty() && !together.contains(each.id()))
                        .map(Greeting::name)
                        .distinct()
                        .sorted()
                        .toList();
        return apart.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "%s is in nats.servers and not in one cluster with the others"
                                        .formatted(String.join(", ", apart)),
                                "In each server's cluster { … }: routes to the others, one name and one password; /routez of the server's monitoring shows them."));
    }

    /** Whether some servers are strangers to the others. */
    static boolean areStrangers(Evidence it) {
        return namesEqual(it).isPresent() || apart(it).isPresent();
    }

    private static Optional<Sign> noAuthUser(Evidence it) {
        String mend =
                "In each server's configuration: take no_auth_user out, and give these clients a token or a user of users.yaml.";
        Optional<Sign> written =
                ServerFiles.each(
                        it,
                        file ->
                                file.noAuthUsers().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(String.join(", ", file.noAuthUsers())),
                        mend);
        return written.or(() ->
                it.greetings().stream()
                        .filter(each -> !each.isClosed())
                        .findFirst()
                        .map(each ->
                                new Sign(
                                        "server %s wants no login of clients"
                                                .formatted(each.name()),
                                        mend)));
    }

    private static Optional<Sign> systemTarget(Evidence it) {
        Set<String> system =
                it.servers().value().orElse(List.of()).stream()
                        .map(Server::systemAccount)
                        .collect(Collectors.toSet());
        Optional<String> named =
                switch (it.config().mode()) {
                    case Mode.Operator operator ->
                            operator.accounts().entrySet().stream()
                                    .filter(each -> system.contains(each.getValue().id()))
                                    .map(Map.Entry::getKey)
                                    .findFirst();
                    case Mode.Static fixed ->
                            fixed.accountNames().stream().filter(system::contains).findFirst();
                };
        return named.map(name ->
                new Sign(
                        "%s of countersign.yaml is the system account".formatted(name),
                        Mends.ours(
                                "accounts: take %s out; administrators of servers log in as auth users."
                                        .formatted(name))));
    }

    private static Optional<Sign> defects(Evidence it) {
        Map<String, String> versions = new TreeMap<>();
        it.greetings().forEach(each -> versions.put(each.name(), each.version()));
        it.servers()
                .value()
                .orElse(List.of())
                .forEach(each -> versions.put(each.name(), each.version()));
        return versions.entrySet().stream()
                .filter(each -> !ServerDefects.of(each.getValue()).isEmpty())
                .findFirst()
                .map(each ->
                        new Sign(
                                "server %s is a nats-server %s: %s"
                                        .formatted(
                                                each.getKey(),
                                                each.getValue(),
                                                String.join(
                                                        "; ", ServerDefects.of(each.getValue()))),
                                "nats-server %s or newer.".formatted(ServerDefects.GOOD)));
    }
}
