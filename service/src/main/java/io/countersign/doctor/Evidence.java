// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.config.ServiceConfig;
import io.countersign.nats.Verdict;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.SignedAccount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that an examination saw. Immutable; prints no secrets.
 *
 * @param now when it began, by this machine's clock
 * @param files what is wrong with our files, and what the servers' say
 * @param logins who the service is to the servers
 * @param doors what became of its logins
 * @param servers by the system account
 * @param calloutAccount JWT of the callout account, as the servers have it; operator mode
 * @param versions the same JWT on each server that has the account in use, by the server's name
 * @param targets JWTs of the accounts that users may be placed in, by name; operator mode. An empty
 *     value: the servers know no such account
 * @param accountNames that the servers know
 * @param subscribers who hears questions, in any account
 * @param residents of the callout account
 * @param callers who is connected from where
 * @param instances that told of themselves
 * @param trials a login at each server
 * @param reached whether each configured URL leads to a NATS server, and what it says of itself
 */
record Evidence(
        ServiceConfig config,
        FilesSeen files,
        OwnKeys keys,
        Instant now,
        OwnLogins logins,
        DoorsSeen doors,
        Look<List<Server>> servers,
        Look<SignedAccount> calloutAccount,
        Look<Map<String, SignedAccount>> versions,
        Look<Map<String, Optional<SignedAccount>>> targets,
        Look<Set<String>> accountNames,
        Look<List<Subscriber>> subscribers,
        Look<List<Resident>> residents,
        Look<List<Caller>> callers,
        Look<List<InstanceSeen>> instances,
        ClientSeen client,
        Look<List<Trial>> trials,
        Map<String, Look<Greeting>> reached) {
    Evidence {
        reached = Map.copyOf(reached);
    }

    /** Who the service is where it answers. */
    OwnLogin calloutUser() {
        return logins.callout();
    }

    /** What became of that login; hidden if no server was reached. */
    Look<Verdict> callout() {
        return doors.callout();
    }

    /** Servers that answered. */
    List<Greeting> greetings() {
        return reached.values().stream().flatMap(it -> it.value().stream()).toList();
    }

    /** The doctor does not speak it; servers at such URLs are not looked at. */
    static boolean isWebSocket(String url) {
        return url.startsWith("ws:") || url.startsWith("wss:");
    }

    boolean isOperator() {
        return config.mode() instanceof Mode.Operator;
    }

    Optional<Mode.Operator> operator() {
        return config.mode() instanceof Mode.Operator operator
                ? Optional.of(operator)
                : Optional.empty();
    }

    /** As servers name it: a key in operator mode. */
    Optional<String> calloutAccountName() {
        return switch (config.mode()) {
            case Mode.Operator operator -> Optional.of(operator.calloutAccount());
            case Mode.Static fixed -> fixed.calloutAccount();
        };
    }

    /** As people name it. */
    String calloutAccountLabel() {
        return calloutAccount
                .value()
                .map(account -> account.claims().name())
                .or(() -> isOperator() ? Optional.empty() : calloutAccountName())
                .orElse("AUTH");
    }

    /** In operator mode, if the callout account's JWT could be seen and has one. */
    Optional<AccountAuthorization> authorization() {
        return calloutAccount.value().flatMap(account -> account.claims().authorization());
    }

    /** Whether the service's own login works, as far as is known. */
    boolean isServiceIn() {
        return callout().value().map(Verdict::isAdmitted).orElse(true);
    }

    List<Trial> tried() {
        return trials.value().orElse(List.of());
    }

    /** The first trial during which instances dropped a question for this reason. */
    Optional<Trial> dropped(String reason) {
        return tried().stream().filter(trial -> trial.dropped(reason)).findFirst();
    }

    /** The first objection of a server with one of these texts in it. */
    Optional<Trial> objection(String... texts) {
        return tried().stream()
                .filter(trial -> List.of(texts).stream().anyMatch(trial.objection()::contains))
                .findFirst();
    }

    Optional<Trial> stopped(Trial.Stop stop) {
        return tried().stream().filter(trial -> trial.stop() == stop).findFirst();
    }
}
