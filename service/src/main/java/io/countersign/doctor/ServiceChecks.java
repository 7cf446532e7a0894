// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.NKey;
import io.countersign.nats.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
                    Check.error(
                            "service-wrong-account",
                            "Servers ask in one account only; a service in another hears nothing, and every"
                                    + " login times out.",
                            ServiceChecks::wrongAccount),
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
        boolean off =
                it.calloutAccount()
                        .value()
                        .map(account -> account.claims().authorization().isEmpty())
                        .orElse(false);
        return off
                ? Optional.of(
                        new Sign(
                                "the JWT of account %s has no auth users"
                                        .formatted(it.calloutAccountName().orElse("?")),
                                Mends.callout(it, "--auth-user " + it.calloutUser().user())))
                : Optional.empty();
    }

    private static Optional<Sign> wrongAccount(Evidence it) {
        Optional<Sign> byJwt = accountOfCredentials(it);
        return byJwt.isPresent() ? byJwt : accountOfSubscribers(it).or(() -> unheard(it));
    }

    private static Optional<Sign> accountOfCredentials(Evidence it) {
        return it.operator()
                .flatMap(operator ->
                        it.calloutUser()
                                .jwt()
                                .map(jwt -> jwt.account().text())
                                .filter(account -> !account.equals(operator.calloutAccount()))
                                .map(account ->
                                        new Sign(
                                                "%s belongs to account %s, the callout account is %s"
                                                        .formatted(
                                                                it.calloutUser().source(),
                                                                account,
                                                                operator.calloutAccount()),
                                                Mends.ours(
                                                        "nats.callout: { credentials: a .creds file of a user of the callout account }"))));
    }

    private static Optional<Sign> accountOfSubscribers(Evidence it) {
        Optional<String> account = it.calloutAccountName();
        List<Subscriber> all = it.subscribers().value().orElse(List.of());
        boolean isHere = all.stream().anyMatch(each -> account.equals(Optional.of(each.account())));
        Set<String> elsewhere =
                all.stream()
                        .filter(each -> each.subject().equals(Examination.SUBJECT))
                        .map(Subscriber::account)
                        .collect(Collectors.toCollection(TreeSet::new));
        return account.isEmpty() || isHere || elsewhere.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "instances listen in %s, the callout account is %s"
                                        .formatted(String.join(", ", elsewhere), account.get()),
                                moved(account.get())));
    }

    /** The servers' files cannot be seen, but a question that reaches nobody who is there can. */
    private static Optional<Sign> unheard(Evidence it) {
        boolean isThere =
                it.instances().value().map(all -> !all.isEmpty()).orElse(false)
                        && it.subscribers().value().map(all -> !all.isEmpty()).orElse(true);
        if (it.isOperator() || !isThere || !it.isServiceIn()) {
            return Optional.empty();
        }
        return it.tried().stream()
                .filter(trial -> trial.stop() == Trial.Stop.NOT_CALLED)
                .filter(Trial::tookLong)
                .findFirst()
                .map(trial ->
                        new Sign(
                                "server %s asked, and no instance heard it, although instances listen in %s"
                                        .formatted(
                                                trial.server(),
                                                it.calloutAccountName().orElse("their account")),
                                moved(it.calloutAccountName().orElse("AUTH"))));
    }

    private static String moved(String account) {
        return Mends.authCallout("account: " + account)
                + " Or give the service a user of the account that stands there.";
    }

    private static Optional<Sign> authUsersMissService(Evidence it) {
        if (accountOfCredentials(it).isPresent()) {
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
                                        : Mends.authCallout(
                                                "auth_users: [ %s, … ], and this user in the callout account"
                                                        .formatted(user))));
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
                        || accountOfCredentials(it).isPresent()
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
        if (!it.isServiceIn() || wrongAccount(it).isPresent()) {
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
