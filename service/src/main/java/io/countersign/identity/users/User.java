// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.Cidr;
import io.countersign.protocol.ConnectionType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One user of a users file. Immutable.
 *
 * @param name matched exactly: no case folding, no Unicode normalisation
 * @param networks where this user may come from; empty = anywhere
 * @param connectionTypes how this user may connect; empty = any way
 * @param expires from then on every login is refused, and no session lasts longer
 */
public record User(
        String name,
        Optional<PasswordHash> password,
        List<UserToken> tokens,
        Set<NKey> nkeys,
        Set<String> groups,
        Map<String, List<String>> attributes,
        List<Cidr> networks,
        Set<ConnectionType> connectionTypes,
        Optional<Instant> expires,
        boolean disabled) {
    private static final int LONGEST_NAME = 256;

    public User {
        checkName(name);
        tokens = List.copyOf(tokens);
        nkeys = Set.copyOf(nkeys);
        for (NKey nkey : nkeys) {
            if (nkey.type() != NKeyType.USER) {
                throw new IllegalArgumentException(
                        "nkey: " + nkey.text() + " (expected: a user key, U…)");
            }
        }
        groups = Set.copyOf(groups);
        Map<String, List<String>> copies = new HashMap<>(attributes);
        copies.replaceAll((_, values) -> List.copyOf(values));
        attributes = Map.copyOf(copies);
        networks = List.copyOf(networks);
        connectionTypes = Set.copyOf(connectionTypes);
    }

    /**
     * Whether it can be a name.
     *
     * @return the name
     * @throws IllegalArgumentException if not
     */
    public static String checkName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (name.isBlank() || length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "name: " + length + " bytes (expected: 1 to " + LONGEST_NAME + ")");
        }
        for (int i = 0; i < name.length(); i++) { // all of them are in the basic plane
            if (Character.isISOControl(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "name: contains a control character (expected: none)");
            }
        }
        return name;
    }

    /** When a login of this user ends at the latest: with the user, or with the token it used. */
    public Optional<Instant> notAfter(Optional<UserToken> token) {
        Optional<Instant> tokenExpires = token.flatMap(UserToken::expires);
        if (expires.isEmpty() || tokenExpires.isEmpty()) {
            return expires.or(() -> tokenExpires);
        }
        return expires.get().isBefore(tokenExpires.get()) ? expires : tokenExpires;
    }

    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Collects what a user has; a user with nothing cannot log in. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private Optional<PasswordHash> password = Optional.empty();
        private final List<UserToken> tokens = new ArrayList<>();
        private final Set<NKey> nkeys = new HashSet<>();
        private final Set<String> groups = new HashSet<>();
        private final Map<String, List<String>> attributes = new HashMap<>();
        private final List<Cidr> networks = new ArrayList<>();
        private final Set<ConnectionType> connectionTypes = new HashSet<>();
        private Optional<Instant> expires = Optional.empty();
        private boolean disabled;

        private Builder(String name) {
            this.name = name;
        }

        public Builder password(PasswordHash hash) {
            password = Optional.of(hash);
            return this;
        }

        public Builder token(UserToken token) {
            tokens.add(token);
            return this;
        }

        public Builder nkey(NKey nkey) {
            nkeys.add(nkey);
            return this;
        }

        public Builder group(String group) {
            groups.add(group);
            return this;
        }

        public Builder attribute(String key, List<String> values) {
            attributes.put(key, values);
            return this;
        }

        public Builder network(Cidr network) {
            networks.add(network);
            return this;
        }

        public Builder connectionType(ConnectionType type) {
            connectionTypes.add(type);
            return this;
        }

        public Builder expires(Instant when) {
            expires = Optional.of(when);
            return this;
        }

        public Builder disabled(boolean isDisabled) {
            disabled = isDisabled;
            return this;
        }

        public User build() {
            return new User(
                    name,
                    password,
                    tokens,
                    nkeys,
                    groups,
                    attributes,
                    networks,
                    connectionTypes,
                    expires,
                    disabled);
        }
    }
}
