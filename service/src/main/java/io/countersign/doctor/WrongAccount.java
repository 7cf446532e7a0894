// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Is the service in the account in which servers ask? */
final class WrongAccount {
    static final Check CHECK =
            Check.error(
                    "service-wrong-account",
                    "Servers ask in one account only; a service in another hears nothing, and every"
                            + " login times out.",
                    WrongAccount::look);

    private WrongAccount() {}

    static Optional<Sign> look(Evidence it) {
        return ofCredentials(it)
                .or(() -> ofFiles(it))
                .or(() -> ofSubscribers(it))
                .or(() -> unheard(it));
    }

    private static Optional<Sign> ofFiles(Evidence it) {
        String user = it.calloutUser().user();
        return ServerFiles.eachCallout(
                it,
                (file, block) ->
                        Optional.ofNullable(file.users().get(user))
                                .filter(account -> !account.equals(block.account()))
                                .filter(_ -> file.accounts().contains(block.account()))
                                .map(account ->
                                        "servers ask in %s, and %s is in %s"
                                                .formatted(block.account(), user, account)),
                moved(it.calloutAccountName().orElse("AUTH")));
    }

    static Optional<Sign> ofCredentials(Evidence it) {
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

    private static Optional<Sign> ofSubscribers(Evidence it) {
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
}
