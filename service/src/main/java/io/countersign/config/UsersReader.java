// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.Cidr;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.TokenHash;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserToken;
import io.countersign.protocol.ConnectionType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the users of {@code users.yaml} after the schema has judged them, with the rules between
 * users: whom a name, a token or an nkey belongs to must not be a matter of order. Used once.
 */
final class UsersReader {
    private static final String TOKEN_PREFIX = "sha256:";

    /** Value types begin their messages with their own name; here the path says it. */
    private static final Pattern OWN_NAME =
            Pattern.compile("^(name|password|token|nkey|network): ");

    private final Map<String, ConfigReader> names = new HashMap<>();
    private final Map<TokenHash, ConfigReader> tokens = new HashMap<>();
    private final Map<NKey, ConfigReader> nkeys = new HashMap<>();

    /** All users without a problem. */
    List<User> read(ConfigReader list) {
        List<User> users = new ArrayList<>();
        for (ConfigReader at : list.items()) {
            user(at).ifPresent(users::add);
        }
        return List.copyOf(users);
    }

    private Optional<User> user(ConfigReader at) {
        Optional<String> name = value(at.key("name"), User::checkName);
        name.ifPresent(it -> claim(names, it, at.key("name"), "name"));
        // A user without a name has a problem, and is never built.
        User.Builder user = User.named(name.orElse(""));
        value(at.key("password"), PasswordHash::parse).ifPresent(user::password);
        tokens(at.key("tokens")).forEach(user::token);
        for (ConfigReader item : at.key("nkeys").items()) {
            Optional<NKey> nkey = value(item, UsersReader::nkey);
            nkey.ifPresent(it -> claim(nkeys, it, item, "nkey"));
            nkey.ifPresent(user::nkey);
        }
        at.key("groups").texts().forEach(user::group);
        at.key("attributes").entries().forEach((key, it) -> user.attribute(key, it.texts()));
        values(at.key("networks"), Cidr::parse).forEach(user::network);
        values(at.key("connections"), UsersReader::connection).forEach(user::connectionType);
        value(at.key("expires"), UsersReader::instant).ifPresent(user::expires);
        user.disabled(at.key("disabled").flag(false));
        refuseWithoutCredential(at);
        return at.build(user::build);
    }

    private static void refuseWithoutCredential(ConfigReader at) {
        boolean hasOne =
                at.key("password").isPresent()
                        || !at.key("tokens").items().isEmpty()
                        || !at.key("nkeys").items().isEmpty();
        if (!hasOne && at.isSound()) {
            at.refuse(
                    "nobody can log in as this user"
                            + " (expected: at least one of password, tokens and nkeys)");
        }
    }

    private List<UserToken> tokens(ConfigReader list) {
        Map<String, ConfigReader> ids = new HashMap<>();
        List<UserToken> read = new ArrayList<>();
        for (ConfigReader at : list.items()) {
            Optional<TokenHash> hash = value(at.key("hash"), UsersReader::token);
            hash.ifPresent(it -> claim(tokens, it, at.key("hash"), "hash"));
            Optional<String> id = at.key("id").text();
            id.ifPresent(it -> claim(ids, it, at.key("id"), "id"));
            Optional<Instant> expires = value(at.key("expires"), UsersReader::instant);
            at.build(() -> new UserToken(id.orElseThrow(), hash.orElseThrow(), expires))
                    .ifPresent(read::add);
        }
        return read;
    }

    /** Both places are told, so that nobody has to search a long file for the other one. */
    private static <K> void claim(
            Map<K, ConfigReader> owners, K value, ConfigReader at, String what) {
        ConfigReader first = owners.putIfAbsent(value, at);
        if (first != null) {
            at.refuse(
                    "is the %s at %s too (expected: each only once)"
                            .formatted(what, first.place()));
        }
    }

    private static <T> List<T> values(ConfigReader list, ConfigReader.Parser<T> parser) {
        return list.items().stream().flatMap(item -> value(item, parser).stream()).toList();
    }

    private static <T> Optional<T> value(ConfigReader at, ConfigReader.Parser<T> parser) {
        try {
            return at.text().map(parser::parse);
        } catch (IllegalArgumentException refused) {
            at.refuse(OWN_NAME.matcher(String.valueOf(refused.getMessage())).replaceFirst(""));
            return Optional.empty();
        }
    }

    private static TokenHash token(String text) {
        return TokenHash.parse(text.substring(TOKEN_PREFIX.length()));
    }

    private static NKey nkey(String text) {
        try {
            return NKey.parse(text, NKeyType.USER);
        } catch (InvalidKey refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private static ConnectionType connection(String word) {
        return Arrays.stream(ConnectionType.values())
                .filter(type -> type.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a way to connect"));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException refused) {
            throw new IllegalArgumentException(
                    KeyPath.quoted(text) + " (expected: a time like 2026-12-31T00:00:00Z)",
                    refused);
        }
    }
}
