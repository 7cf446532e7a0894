// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.NKey;
import io.countersign.nats.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Do questions reach the service? */
final class ServiceChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "server-unreachable",
                            "Instances and clients of that server have no way in.",
                            ServiceChecks::serverUnreachable),
                    Check.error(
                            "callout-not-configured",
                            "Servers ask nobody, and judge clients by themselves.",
                            ServiceChecks::calloutNotConfigured),
                    WrongAccount.CHECK,
                    Check.error(
                            "auth-users-miss-service",
                            "The service's own login becomes a question to the service, which is not there yet:"
                                    + " it never gets in, and so nobody does.",
                            ServiceChecks::authUsersMissService),
                    Check.error(
                            "service-login-refused",
                            "Without its callout connection the service hears no question.",
                            ServiceChecks::loginRefused),
                    Check.error(
                            "no-instance",
                            "Servers do not notice that nobody listens: every login waits for the time limit and"
                                    + " is refused.",
                            ServiceChecks::noInstance),
                    Check.error(
                            "queue-group-mixed",
                            "Each group gets every question, and so does whoever listens without one: the first"
                                    + " answer wins, and all of them can read passwords where nothing is"
                                    + " sealed.",
                            ServiceChecks::queueGroupMixed));

    private ServiceChecks() {}

    private static Optional<Sign> serverUnreachable(Evidence it) {
        List<String> failed =
                it.reached().entrySet().stream()
                        .filter(each -> each.getValue().value().isEmpty())
                        .filter(each -> !Evidence.isWebSocket(each.getKey()))
                        .map(each -> each.getValue().why())
                        .sorted()
                        .toList();
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                String.join("; ", failed),
                                "Start the server, or correct nats.servers (and nats.tls) in countersign.yaml."));
    }

    static Optional<Sign> calloutNotConfigured(Evidence it) {
        boolean isOff =
                it.calloutAccount()
                        .value()
                        .map(account -> account.claims().authorization().isEmpty())
                        .orElse(false);
        if (!it.isOperator()) {
            return ServerFiles.each(
                    it,
                    file ->
                            file.callout().isPresent() || file.isOperator()
                                    ? Optional.empty()
                                    : Optional.of("has no auth_callout"),
                    "In each server's authorization { … }: the auth_callout that countersign setup static writes, and a restart.");
        }
        return isOff
                ? Optional.of(
                        new Sign(
                                "the JWT of account %s has no auth users"
                                        .formatted(it.calloutAccountName().orElse("?")),
                                Mends.callout(it, "--auth-user " + it.calloutUser().user())))
                : Optional.empty();
    }

    private static Optional<Sign> authUsersMissService(Evidence it) {
        if (WrongAccount.ofCredentials(it).isPresent()) {
            return Optional.empty();
        }
        String user = it.calloutUser().user();
        if (it.authorization().isPresent()) {
            List<String> users =
                    it.authorization().get().authUsers().stream().map(NKey::text).toList();
            return users.contains(user)
                    ? Optional.empty()
                    : Optional.of(
                            new Sign(
                                    "the callout account's auth users are %s; the service is %s"
                                            .formatted(users, user),
                                    Mends.callout(it, "--auth-user " + user)));
        }
        Optional<Sign> written =
                ServerFiles.eachCallout(
                        it,
                        (file, block) ->
                                block.authUsers().contains(user)
                                        ? Optional.empty()
                                        : Optional.of("auth_users lacks " + user),
                        authUsers(user));
        return written.or(() -> askedAboutItself(it, user));
    }

    private static String authUsers(String user) {
        return Mends.authCallout(
                "auth_users: [ %s, … ], and this user in the callout account".formatted(user));
    }

    private static Optional<Sign> askedAboutItself(Evidence it, String user) {
        return it.callout()
                .value()
                .filter(verdict -> !verdict.isAdmitted())
                .filter(verdict -> verdict.elapsed().compareTo(Trial.ASKED) > 0)
                .map(verdict ->
                        new Sign(
                                ("the login of %s was not refused at once: the server asked about it"
                                                + " first, and gave up after %d ms")
                                        .formatted(user, verdict.elapsed().toMillis()),
                                it.isOperator()
                                        ? Mends.callout(it, "--auth-user " + user)
                                        : authUsers(user)));
    }

    private static Optional<Sign> loginRefused(Evidence it) {
        boolean expired = it.calloutUser().jwt().map(jwt -> !jwt.isTimely(it.now())).orElse(false);
        if (expired) {
            return Optional.of(
                    new Sign(
                            "the user JWT in %s is not valid now"
                                    .formatted(it.calloutUser().source()),
                            "Make new credentials of this user, and put its key into auth users."));
        }
        boolean explained =
                authUsersMissService(it).isPresent()
                        || WrongAccount.ofCredentials(it).isPresent()
                        || calloutNotConfigured(it).isPresent();
        return explained
                ? Optional.empty()
                : it.callout()
                        .value()
                        .filter(verdict -> !verdict.isAdmitted())
                        .map(verdict ->
                                new Sign(
                                        "%s: %s"
                                                .formatted(
                                                        it.calloutUser().source(), said(verdict)),
                                        it.isOperator()
                                                ? "Are these credentials of this operator, and is its account pushed to the servers?"
                                                : "Is this user in the callout account of each server's configuration, with this key or password?"));
    }

    private static String said(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Refused(String text, var _) -> text;
            case Verdict.Closed _ -> "the server hung up";
            case Verdict.TimedOut _ -> "no answer in time";
            case Verdict.Admitted _ -> "let in";
        };
    }

    private static Optional<Sign> noInstance(Evidence it) {
        if (!it.isServiceIn() || WrongAccount.look(it).isPresent()) {
            return Optional.empty();
        }
        boolean none =
                it.subscribers()
                        .value()
                        .map(List::isEmpty)
                        .orElseGet(() -> it.instances().value().map(List::isEmpty).orElse(false));
        return none
                ? Optional.of(
                        new Sign(
                                "nobody subscribes %s".formatted(Examination.SUBJECT),
                                "countersign serve --config countersign.yaml; look at its log if it runs already."))
                : Optional.empty();
    }

    private static Optional<Sign> queueGroupMixed(Evidence it) {
        String ours = it.config().nats().queueGroup();
        Set<String> others = new TreeSet<>();
        it.calloutAccountName()
                .ifPresent(account ->
                        it.subscribers().value().orElse(List.of()).stream()
                                .filter(each -> each.account().equals(account))
                                .filter(each -> !each.group().equals(ours))
                                .forEach(each ->
                                        others.add(
                                                "cid %d on %s: %s"
                                                        .formatted(
                                                                each.cid(),
                                                                each.server(),
                                                                each.group().isEmpty()
                                                                        ? "no group"
                                                                        : each.group()))));
        it.instances().value().orElse(List.of()).stream()
                .filter(each -> !each.queueGroup().equals(ours))
                .forEach(each -> others.add("instance " + each.name() + ": " + each.queueGroup()));
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "besides group %s: %s".formatted(ours, String.join("; ", others)),
                                "In every countersign.yaml: nats.queue-group: %s; end what else listens in this account."
                                        .formatted(ours)));
    }
}
