// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.TokenHash;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads users that nothing is wrong with straight from the text or the tree: a list of 100,000 has
 * to load in three seconds, and the schema and the readers, which can explain every problem, take
 * longer than that. At the first thing that is wrong, or merely rare, it gives up, and those judge
 * the whole file. So it may be stricter than they are, and never more lenient; a test compares
 * both. Used once, by one thread.
 */
final class PlainUsers {
    private static final String TOKEN_PREFIX = "sha256:";
    private static final int LONGEST_TOKEN_ID = 64;
    private static final int LONGEST = 1024;

    private final List<User> users = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<TokenHash> tokens = new HashSet<>();
    private final Set<NKey> nkeys = new HashSet<>();

    private PlainUsers() {}

    /** All users, or nothing if somebody has to look closer. */
    static Optional<List<User>> read(YamlNode root) {
        return usual(() -> new PlainUsers().all(root));
    }

    /** The same from the text, one after the other: a tree of all would be most of the work. */
    static Optional<List<User>> read(String text, YamlLimits limits) {
        PlainUsers reader = new PlainUsers();
        return usual(() ->
                new PlainYaml(text, limits)
                        .parse("users", reader::add)
                        .map(reader::all)
                        .orElseThrow(PlainUsers::unusual));
    }

    private static Optional<List<User>> usual(Supplier<List<User>> reading) {
        try {
            return Optional.of(reading.get());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private List<User> all(YamlNode root) {
        Map<String, YamlNode.Entry> top = mapping(root);
        require(top.keySet().equals(Set.of("version", "users")));
        JsonNode version = scalar(at(top, "version"));
        require(version.isIntegralNumber() && version.asInt() == 1);
        items(at(top, "users")).forEach(this::add);
        return List.copyOf(users);
    }

    private void add(YamlNode item) {
        users.add(user(mapping(item)));
    }

    private User user(Map<String, YamlNode.Entry> keys) {
        String name = User.checkName(text(at(keys, "name")));
        require(names.add(name));
        User.Builder user = User.named(name);
        boolean canLogIn = false;
        for (Map.Entry<String, YamlNode.Entry> key : keys.entrySet()) {
            YamlNode value = key.getValue().value();
            switch (key.getKey()) {
                case "name" -> {} // it was first
                case "password" -> {
                    user.password(PasswordHash.parse(text(value)));
                    canLogIn = true;
                }
                case "tokens" -> canLogIn |= tokens(value, user);
                case "nkeys" -> canLogIn |= nkeys(value, user);
                case "groups" -> groups(value, user);
                case "attributes" ->
                        mapping(value)
                                .forEach((attribute, entry) ->
                                        user.attribute(attribute, values(entry.value())));
                case "disabled" -> {
                    JsonNode flag = scalar(value);
                    require(flag.isBoolean());
                    user.disabled(flag.booleanValue());
                }
                default -> throw unusual();
            }
        }
        require(canLogIn);
        return user.build();
    }

    private boolean tokens(YamlNode list, User.Builder user) {
        Set<String> ids = new HashSet<>();
        for (YamlNode item : items(list)) {
            Map<String, YamlNode.Entry> keys = mapping(item);
            require(keys.keySet().equals(Set.of("id", "hash")));
            String id = text(at(keys, "id"));
            String written = text(at(keys, "hash"));
            require(isTokenId(id) && ids.add(id));
            require(written.startsWith(TOKEN_PREFIX) && !hasUpperCase(written));
            TokenHash hash = TokenHash.parse(written.substring(TOKEN_PREFIX.length()));
            require(tokens.add(hash));
            user.token(new UserToken(id, hash, Optional.empty()));
        }
        return !ids.isEmpty();
    }

    /** As the schema has it, without its expression. */
    private static boolean isTokenId(String id) {
        if (id.length() > LONGEST_TOKEN_ID || ".-_".indexOf(id.charAt(0)) >= 0) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ".-_".indexOf(c) >= 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasUpperCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 'A' && text.charAt(i) <= 'Z') {
                return true;
            }
        }
        return false;
    }

    private boolean nkeys(YamlNode list, User.Builder user) {
        List<YamlNode> items = items(list);
        for (YamlNode item : items) {
            NKey nkey = nkey(text(item));
            require(nkeys.add(nkey));
            user.nkey(nkey);
        }
        return !items.isEmpty();
    }

    private static NKey nkey(String text) {
        try {
            return NKey.parse(text, NKeyType.USER);
        } catch (InvalidKey _) {
            throw unusual();
        }
    }

    private static void groups(YamlNode list, User.Builder user) {
        Set<String> groups = new HashSet<>();
        for (YamlNode item : items(list)) {
            String group = text(item);
            require(groups.add(group));
            user.group(group);
        }
    }

    /** A text, or a list of at least one. */
    private static List<String> values(YamlNode node) {
        if (node instanceof YamlNode.Scalar) {
            return List.of(text(node));
        }
        List<YamlNode> items = items(node);
        require(!items.isEmpty());
        List<String> texts = new ArrayList<>(items.size());
        items.forEach(item -> texts.add(text(item)));
        return texts;
    }

    private static YamlNode at(Map<String, YamlNode.Entry> keys, String name) {
        YamlNode.Entry entry = keys.get(name);
        if (entry == null) {
            throw unusual();
        }
        return entry.value();
    }

    private static Map<String, YamlNode.Entry> mapping(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping.entries();
        }
        throw unusual();
    }

    private static List<YamlNode> items(YamlNode node) {
        if (node instanceof YamlNode.Sequence list) {
            return list.items();
        }
        throw unusual();
    }

    private static JsonNode scalar(YamlNode node) {
        if (node instanceof YamlNode.Scalar value) {
            return value.json();
        }
        throw unusual();
    }

    private static String text(YamlNode node) {
        JsonNode value = scalar(node);
        require(value.isTextual());
        String text = value.textValue();
        require(!text.isEmpty() && text.length() <= LONGEST);
        return text;
    }

    private static void require(boolean usual) {
        if (!usual) {
            throw unusual();
        }
    }

    private static IllegalArgumentException unusual() {
        return new IllegalArgumentException("not as simple as that");
    }
}
