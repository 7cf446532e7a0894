// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.NKey;
import io.countersign.identity.Secret;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All users of one source, found by name, token and nkey. Immutable: a reload makes a new one. */
public final class UserDirectory {
    private final Map<String, User> byName;
    private final Map<TokenHash, OwnedToken> byToken;
    private final Map<NKey, User> byNkey;

    /** A token and whose it is. */
    record OwnedToken(User owner, UserToken token) {}

    /**
     * @throws IllegalArgumentException if two users share a name, a token or an nkey: who logs in
     *     would be a matter of order
     */
    public UserDirectory(Collection<User> users) {
        Map<String, User> names = HashMap.newHashMap(users.size());
        Map<TokenHash, OwnedToken> tokens = new HashMap<>();
        Map<NKey, User> nkeys = new HashMap<>();
        for (User user : users) {
            if (names.put(user.name(), user) != null) {
                throw twice("name", user.name());
            }
            for (UserToken token : user.tokens()) {
                if (tokens.put(token.hash(), new OwnedToken(user, token)) != null) {
                    throw twice("token", token.id() + " of " + user.name());
                }
            }
            for (NKey nkey : user.nkeys()) {
                if (nkeys.put(nkey, user) != null) {
                    throw twice("nkey", nkey.text());
                }
            }
        }
        // Nobody else has them, and copies of 100,000 take a tenth of all the loading.
        byName = Collections.unmodifiableMap(names);
        byToken = Collections.unmodifiableMap(tokens);
        byNkey = Collections.unmodifiableMap(nkeys);
    }

    private static IllegalArgumentException twice(String what, String value) {
        return new IllegalArgumentException(what + ": " + value + " (expected: only once)");
    }

    public int size() {
        return byName.size();
    }

    Optional<User> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Optional<OwnedToken> owning(Secret token) {
        return byToken.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(byToken.get(TokenHash.of(token)));
    }

    Optional<User> owning(NKey nkey) {
        return Optional.ofNullable(byNkey.get(nkey));
    }

    /**
     * A hash of nobody's password that costs what most users' do, so that a name that nobody has
     * takes as long to refuse as a wrong password.
     */
    public PasswordHash decoy(SecureRandom random) {
        Map<String, Long> users =
                byName.values().stream()
                        .flatMap(user -> user.password().stream())
                        .collect(Collectors.groupingBy(PasswordHash::cost, Collectors.counting()));
        Comparator<PasswordHash> mostUsed =
                Comparator.comparing(hash -> users.getOrDefault(hash.cost(), 0L));
        return byName.values().stream()
                .flatMap(user -> user.password().stream())
                .max(mostUsed.thenComparing(PasswordHash::cost))
                .map(hash -> hash.decoy(random))
                .orElseGet(() -> Argon2idHash.standardDecoy(random));
    }

    @Override
    public String toString() {
        return "UserDirectory[" + size() + " users]";
    }
}
