// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.NKey;
import io.countersign.doctor.ServerFile.CalloutBlock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What {@code auth_callout} in servers' files shows before anybody logs in (reference 3.1). */
final class CalloutBlockChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "callout-account-unknown",
                            "The server starts all the same, with one line in its log, and no login is answered.",
                            CalloutBlockChecks::accountUnknown),
                    Check.error(
                            "auth-user-unknown",
                            "The server starts all the same, with one line in its log; whoever was meant is asked about"
                                    + " like everybody else.",
                            CalloutBlockChecks::authUserUnknown),
                    Check.error(
                            "servers-disagree",
                            "A client gets in or not by the server it happens to reach, and instances drop what the"
                                    + " odd one asks.",
                            CalloutBlockChecks::disagree),
                    Check.warning(
                            "allowed-accounts-incomplete",
                            "Who is configured in an account that is not listed gets in without a question; and servers"
                                    + " protect questions in listed accounts only.",
                            CalloutBlockChecks::allowedIncomplete),
                    Check.warning(
                            "auth-users-too-wide",
                            "Auth users get in without a question: no policy, no audit entry, no revocation.",
                            CalloutBlockChecks::authUsersTooWide));

    private CalloutBlockChecks() {}

    private static Optional<Sign> accountUnknown(Evidence it) {
        return ServerFiles.eachCallout(
                it,
                (file, block) ->
                        block.account().equals(ServerFile.GLOBAL)
                                        || file.accounts().contains(block.account())
                                ? Optional.empty()
                                : Optional.of(
                                        "account: %s is not among accounts"
                                                .formatted(block.account())),
                "In each server's accounts: that account, with the service's user in it; or correct the name in auth_callout.");
    }

    private static Optional<Sign> authUserUnknown(Evidence it) {
        return ServerFiles.eachCallout(
                it,
                (file, block) -> {
                    Set<String> strangers = new TreeSet<>(block.authUsers());
                    strangers.removeAll(file.users().keySet());
                    // Our own one has a finding of its own.
                    strangers.remove(it.calloutUser().user());
                    return ServerFiles.list(strangers, "no user of this file is called ");
                },
                Mends.authCallout("auth_users: names or public keys of users of this file only"));
    }

    private static Optional<Sign> disagree(Evidence it) {
        Map<String, String> blocks = new TreeMap<>();
        it.files()
                .callouts()
                .forEach(file ->
                        blocks.merge(
                                difference(it, file),
                                String.valueOf(file.path().getFileName()),
                                (one, other) -> one + ", " + other));
        return blocks.size() < 2
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                blocks.entrySet().stream()
                                        .map(e -> e.getValue() + " has " + e.getKey())
                                        .collect(Collectors.joining("; ")),
                                Mends.authCallout("the same on all servers")));
    }

    /** While keys rotate, servers may have any of ours. */
    private static String difference(Evidence it, ServerFile file) {
        CalloutBlock block = file.callout().orElseThrow();
        List<String> issuers = it.keys().issuers().stream().map(NKey::text).toList();
        List<String> xkeys = it.keys().xkeys().stream().map(NKey::text).toList();
        String issuer = issuers.contains(block.issuer()) ? "ours" : block.issuer();
        String xkey = block.xkey().map(x -> xkeys.contains(x) ? "ours" : x).orElse("none");
        return "issuer %s, xkey %s, account %s, auth_users %s, allowed_accounts %s"
                .formatted(
                        issuer,
                        xkey,
                        block.account(),
                        new TreeSet<>(block.authUsers()),
                        new TreeSet<>(block.allowedAccounts()));
    }

    private static Optional<Sign> allowedIncomplete(Evidence it) {
        return ServerFiles.eachCallout(
                it,
                (file, block) -> {
                    if (block.allowedAccounts().isEmpty()) {
                        return Optional.empty(); // all are
                    }
                    Set<String> missing = new TreeSet<>(it.config().mode().accountNames());
                    if (file.accounts().contains(block.account())) {
                        missing.add(block.account());
                    }
                    missing.removeAll(block.allowedAccounts());
                    return ServerFiles.list(missing, "allowed_accounts lacks ");
                },
                Mends.authCallout(
                        "allowed_accounts: the callout account and every account of countersign.yaml"));
    }

    private static Optional<Sign> authUsersTooWide(Evidence it) {
        return ServerFiles.eachCallout(
                it,
                (file, block) -> {
                    Set<String> wide =
                            block.authUsers().stream()
                                    .filter(user ->
                                            it.config()
                                                    .mode()
                                                    .accountNames()
                                                    .contains(file.users().getOrDefault(user, "")))
                                    .collect(Collectors.toSet());
                    return ServerFiles.list(wide, "auth_users has users of applications: ");
                },
                Mends.authCallout(
                        "take them out of auth_users, and put them into users.yaml (countersign setup import)"));
    }
}
