// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.crypto.NKey;
import io.countersign.policy.Reason;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.SignedAccount;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Do the service's keys fit those that servers have? */
final class KeyChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "xkey-mismatch",
                            "What one side seals the other cannot open: every question is dropped unread.",
                            KeyChecks::xkeyMismatch),
                    Check.error(
                            "issuer-unknown",
                            "Servers take answers of their issuer only, in operator mode of the callout account's"
                                    + " keys.",
                            KeyChecks::issuerUnknown),
                    Check.error(
                            "account-key-unknown",
                            "Users of an account have to be signed with a key that the account's JWT names.",
                            KeyChecks::accountKeyUnknown),
                    Check.error(
                            "scoped-key-mixed-up",
                            "Servers refuse users of a scoped key that have permissions of their own, and take"
                                    + " users of a plain key without any for such that may do everything.",
                            KeyChecks::scopedKeyMixedUp),
                    Check.warning(
                            "identity-key-online",
                            "Whoever gets an account's identity key out of the service has the account for good: it"
                                    + " cannot be replaced, a signing key can.",
                            KeyChecks::identityKeyOnline),
                    Check.warning(
                            "clear-questions",
                            "Questions carry passwords and tokens; without an xkey everybody who sees the callout"
                                    + " account's traffic reads them.",
                            KeyChecks::clearQuestions));

    private KeyChecks() {}

    private static Optional<Sign> xkeyMismatch(Evidence it) {
        List<NKey> ours = it.keys().xkeys();
        Optional<AccountAuthorization> known = it.authorization();
        if (known.isPresent()) {
            return unfit(it, known.get().xkey().map(NKey::text), "the servers have ");
        }
        for (ServerFile file : it.isOperator() ? List.<ServerFile>of() : it.files().callouts()) {
            Optional<String> theirs = file.callout().flatMap(ServerFile.CalloutBlock::xkey);
            Optional<Sign> sign = unfit(it, theirs, file.path().getFileName() + " has ");
            if (sign.isPresent()) {
                return sign;
            }
        }
        return it.dropped(Reason.UNDECRYPTABLE.code())
                .map(trial ->
                        new Sign(
                                "instances could not open the question of server %s; they have %s"
                                        .formatted(
                                                trial.server(), ours.isEmpty() ? "no xkey" : ours),
                                ours.isEmpty()
                                        ? Mends.ours(
                                                "keys.xkeys: the seed of the xkey in the server's auth_callout.")
                                        : xkey(it, ours.getFirst())));
    }

    private static Optional<Sign> unfit(Evidence it, Optional<String> theirs, String who) {
        List<NKey> ours = it.keys().xkeys();
        boolean fits =
                theirs.map(key -> ours.stream().map(NKey::text).anyMatch(key::equals))
                        .orElseGet(ours::isEmpty);
        return fits
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "%s%s, the service has %s"
                                        .formatted(
                                                who,
                                                theirs.orElse("no xkey"),
                                                ours.isEmpty() ? "none" : ours),
                                ours.isEmpty()
                                        ? Mends.ours("keys.xkeys: the seed of " + theirs.orElse(""))
                                        : xkey(it, ours.getFirst())));
    }

    private static String xkey(Evidence it, NKey ours) {
        return it.isOperator()
                ? Mends.callout(it, "--curve " + ours)
                : Mends.authCallout("xkey: " + ours);
    }

    private static Optional<Sign> issuerUnknown(Evidence it) {
        List<NKey> ours = it.keys().issuers();
        Optional<SignedAccount> account = it.calloutAccount().value();
        if (account.isPresent()) {
            // The first one signs.
            NKey signs = ours.getFirst();
            return account.get().hasKey(signs)
                    ? Optional.empty()
                    : Optional.of(
                            new Sign(
                                    "the service signs answers with %s, which is no key of account %s"
                                            .formatted(signs, account.get().claims().subject()),
                                    Mends.signingKey(it.calloutAccountLabel(), signs)));
        }
        Optional<Sign> written = it.isOperator() ? Optional.empty() : issuerOfFile(it);
        Optional<Trial> refused =
                it.objection(
                        "Wrong issuer for auth callout response",
                        "Auth callout signing key is unknown",
                        "Auth callout response issuer account");
        return written.or(() ->
                refused.or(() -> it.dropped(Reason.FORGED_REQUEST.code()))
                        .map(trial ->
                                otherIssuer(
                                        it,
                                        "server %s expects another issuer than %s"
                                                .formatted(trial.server(), ours))));
    }

    private static Optional<Sign> issuerOfFile(Evidence it) {
        List<String> ours = it.keys().issuers().stream().map(NKey::text).toList();
        return it.files().callouts().stream()
                .filter(file -> !ours.contains(file.callout().orElseThrow().issuer()))
                .findFirst()
                .map(file ->
                        otherIssuer(
                                it,
                                "%s has issuer %s, the service has %s"
                                        .formatted(
                                                file.path().getFileName(),
                                                file.callout().orElseThrow().issuer(),
                                                ours)));
    }

    private static Sign otherIssuer(Evidence it, String seen) {
        NKey ours = it.keys().issuers().getFirst();
        return new Sign(
                seen,
                it.isOperator()
                        ? Mends.signingKey(it.calloutAccountLabel(), ours)
                        : Mends.authCallout("issuer: " + ours)
                                + " Or put the seed of its issuer into keys.issuers of countersign.yaml.");
    }

    private static Optional<Sign> accountKeyUnknown(Evidence it) {
        for (var each : it.targets().value().orElse(Map.of()).entrySet()) {
            List<NKey> ours = it.keys().accounts().getOrDefault(each.getKey(), List.of());
            if (each.getValue().isPresent()
                    && !ours.isEmpty()
                    && !each.getValue().get().hasKey(ours.getFirst())) {
                return Optional.of(
                        new Sign(
                                "users of %s are signed with %s, which is no key of the account"
                                        .formatted(each.getKey(), ours.getFirst()),
                                Mends.signingKey(each.getKey(), ours.getFirst())));
            }
        }
        return it.objection("User JWT issuer")
                .map(trial ->
                        new Sign(
                                "server %s: %s".formatted(trial.server(), trial.objection()),
                                "nsc edit account --name ACCOUNT --sk KEY && nsc push --account ACCOUNT, with the key of accounts in countersign.yaml."));
    }

    private static Optional<Sign> scopedKeyMixedUp(Evidence it) {
        Map<String, Mode.Account> ours =
                it.operator().map(Mode.Operator::accounts).orElse(Map.of());
        for (var each : it.targets().value().orElse(Map.of()).entrySet()) {
            Optional<SignedAccount> account = each.getValue();
            List<NKey> keys = it.keys().accounts().getOrDefault(each.getKey(), List.of());
            if (account.isEmpty() || keys.isEmpty() || !account.get().hasKey(keys.getFirst())) {
                continue;
            }
            NKey signs = keys.getFirst();
            boolean isScoped =
                    account.get().claims().scopedKeys().stream()
                            .anyMatch(scoped -> scoped.key().equals(signs));
            boolean isSaidSo =
                    Optional.ofNullable(ours.get(each.getKey()))
                            .map(Mode.Account::isScoped)
                            .orElse(isScoped);
            if (isScoped != isSaidSo) {
                return Optional.of(
                        new Sign(
                                "%s is a %s key of %s, and countersign.yaml says it is %s"
                                        .formatted(
                                                signs,
                                                isScoped ? "scoped" : "plain",
                                                each.getKey(),
                                                isScoped ? "plain" : "scoped"),
                                Mends.ours(
                                        "accounts.%s.scoped: %s; or sign with another key of the account."
                                                .formatted(each.getKey(), isScoped))));
            }
        }
        return Optional.empty();
    }

    private static Optional<Sign> identityKeyOnline(Evidence it) {
        if (it.operator().isEmpty()) {
            return Optional.empty(); // static mode has issuers only
        }
        Mode.Operator operator = it.operator().get();
        boolean isCallout =
                it.keys().issuers().stream()
                        .anyMatch(key -> key.text().equals(operator.calloutAccount()));
        Optional<String> target =
                operator.accounts().entrySet().stream()
                        .filter(each ->
                                it.keys().accounts().getOrDefault(each.getKey(), List.of()).stream()
                                        .anyMatch(key -> key.text().equals(each.getValue().id())))
                        .map(Map.Entry::getKey)
                        .findFirst();
        return target.or(() -> isCallout ? Optional.of(it.calloutAccountLabel()) : Optional.empty())
                .map(name ->
                        new Sign(
                                "the service has the identity key of account " + name,
                                "nsc edit account --name %s --sk generate && nsc push --account %s; put the new seed in place of that one, and that one away from this machine."
                                        .formatted(name, name)));
    }

    private static Optional<Sign> clearQuestions(Evidence it) {
        if (!it.keys().xkeys().isEmpty() || xkeyMismatch(it).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                new Sign(
                        "there is no xkey",
                        Mends.ours("keys.xkeys: [keys/xkey.nk] (nsc generate nkey --curve), and ")
                                + (it.isOperator()
                                        ? Mends.callout(it, "--curve X…")
                                        : Mends.authCallout("xkey: X…"))));
    }
}
