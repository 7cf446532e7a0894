// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code mode} together with what depends on it: {@code accounts} and the callout account.
 */
final class ModeReader {
    private static final Pattern ACCOUNT_KEY = Pattern.compile("A[A-Z2-7]{55}");

    private final ConfigReader root;
    private final ConfigReader calloutAccount;
    private final ConfigReader accounts;
    private final SigningKeyReader keys;

    ModeReader(ConfigReader root, SigningKeyReader keys) {
        this.root = root;
        this.calloutAccount = root.key("keys").key("callout-account");
        this.accounts = root.key("accounts");
        this.keys = keys;
    }

    Optional<Mode> read() {
        return switch (root.key("mode").text("")) {
            case "operator" -> operator();
            case "static" -> fixed();
            default -> Optional.empty();
        };
    }

    private Optional<Mode> operator() {
        if (!calloutAccount.isPresent() && root.key("keys").isPresent()) {
            calloutAccount.refuse("missing (expected in operator mode: a public account key)");
        }
        if (calloutAccount.text().filter(key -> !ACCOUNT_KEY.matcher(key).matches()).isPresent()) {
            calloutAccount.refuseValue("(expected in operator mode: a public account key)");
        }
        Map<String, Mode.Account> read = new LinkedHashMap<>();
        Map<String, String> nameOfId = new HashMap<>();
        accounts.entries()
                .forEach((name, at) -> {
                    refuseTakenId(name, at.key("id"), nameOfId);
                    account(at).ifPresent(account -> read.put(name, account));
                });
        return root.isFlawed()
                ? Optional.empty()
                : Optional.of(new Mode.Operator(calloutAccount.text().orElseThrow(), read));
    }

    private void refuseTakenId(String name, ConfigReader id, Map<String, String> nameOfId) {
        if (id.text().isEmpty()) {
            return;
        }
        String key = id.text().get();
        String other = nameOfId.putIfAbsent(key, name);
        if (other != null) {
            id.refuse("is the id of " + KeyPath.quoted(other) + " too (expected: one name each)");
        }
        if (calloutAccount.text().equals(Optional.of(key))) {
            refuseCalloutAccount(id);
        }
    }

    private static void refuseCalloutAccount(ConfigReader account) {
        if (account.isPresent()) {
            account.refuse(
                    "is the callout account; whoever is placed there can read every request with"
                            + " its password (expected: another account)");
        }
    }

    private Optional<Mode.Account> account(ConfigReader at) {
        ConfigReader id = at.key("id");
        ConfigReader signing = at.key("signing-keys");
        for (ConfigReader needed : List.of(id, signing)) {
            if (!needed.isPresent() && !at.isFlawed()) {
                needed.refuse("missing (expected in operator mode)");
            }
        }
        List<SigningKey> read = keys.list(signing);
        boolean isScoped = at.key("scoped").flag(false);
        return at.build(() -> new Mode.Account(id.text().orElseThrow(), read, isScoped));
    }

    private Optional<Mode> fixed() {
        Optional<String> callout = calloutAccount.text();
        callout.ifPresent(name -> refuseCalloutAccount(accounts.key(name)));
        accounts.entries().values().stream()
                .flatMap(account -> account.entries().values().stream())
                .filter(ConfigReader::isSound)
                .forEach(key -> key.refuse("not in static mode (expected: in mode: operator)"));
        return root.isFlawed()
                ? Optional.empty()
                : Optional.of(new Mode.Static(callout, accounts.entries().keySet()));
    }
}
