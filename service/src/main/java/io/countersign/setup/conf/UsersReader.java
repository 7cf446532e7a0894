// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.users.User;
import io.countersign.setup.conf.ServerUser.Credential;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads entries of {@code users}; what cannot be carried becomes a note. Used once. */
final class UsersReader {
    private static final String[] KNOWN = {"nkey"};

    private final List<Note> notes;
    private final List<ServerUser> users = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();

    UsersReader(List<Note> notes) {
        this.notes = notes;
    }

    List<ServerUser> read() {
        return List.copyOf(users);
    }

    /**
     * @param defaults permissions of users that have none
     */
    void add(ConfNode node, String account, Optional<ConfNode> defaults) {
        if (!(node instanceof ConfNode.Entries user)) {
            leaveOut(node, "a user of " + account, "is no mapping");
            return;
        }
        Optional<String> nkey = user.text("nkey");
        String name = nkey.or(() -> user.text(Keys.USER)).orElse("");
        String shown = "user " + name + " of " + account;
        for (String key : user.entries().keySet()) {
            if (!Keys.isOneOf(
                    key, KNOWN, Keys.USER, Keys.PASSWORD, Keys.PERMISSIONS, Keys.CONNECTIONS)) {
                leaveOut(user, shown, "has " + key + ", which cannot be carried");
                return;
            }
        }
        try {
            Credential credential = nkey.isPresent() ? key(nkey.get()) : password(user);
            add(user, name, account, credential, defaults);
        } catch (RightsReader.Untranslatable e) {
            leaveOut(user, shown, String.valueOf(e.getMessage()));
        }
    }

    private void add(
            ConfNode.Entries user,
            String name,
            String account,
            Credential credential,
            Optional<ConfNode> defaults)
            throws RightsReader.Untranslatable {
        refuseName(name);
        Optional<ConfNode> permissions = user.find(Keys.PERMISSIONS).or(() -> defaults);
        RightsReader reader =
                new RightsReader((at, what) ->
                        notes.add(
                                new Note(
                                        Note.Kind.CHANGED,
                                        at.place(),
                                        "user " + name + ": " + what)));
        Rights rights = permissions.isPresent() ? reader.read(permissions.get()) : Rights.ALL;
        List<String> connections = connections(user, name);
        taken.add(name);
        users.add(new ServerUser(user.place(), name, account, credential, rights, connections));
    }

    /** The one token of a server, whose holders have no name. */
    void addToken(ConfNode node, String account) {
        if (!(node instanceof ConfNode.Text(var place, String token)) || Bcrypt.isHash(token)) {
            leaveOut(
                    node, "the token", "is hashed, so nobody can tell what it was: make a new one");
            return;
        }
        String name = "token";
        for (int i = 2; taken.contains(name); i++) {
            name = "token-" + i;
        }
        taken.add(name);
        notes.add(
                new Note(
                        Note.Kind.CHANGED,
                        place,
                        "who has the token is the user " + name + " now"));
        users.add(
                new ServerUser(
                        place, name, account, new Credential.Token(token), Rights.ALL, List.of()));
    }

    private void refuseName(String name) throws RightsReader.Untranslatable {
        try {
            User.named(name).build();
        } catch (IllegalArgumentException e) {
            throw new RightsReader.Untranslatable(String.valueOf(e.getMessage()));
        }
        if (taken.contains(name)) {
            throw new RightsReader.Untranslatable("has the name of another one");
        }
    }

    private static Credential key(String text) throws RightsReader.Untranslatable {
        try {
            return new Credential.Key(NKey.parse(text, NKeyType.USER).text());
        } catch (InvalidKey e) {
            throw new RightsReader.Untranslatable(String.valueOf(e.getMessage()));
        }
    }

    private static Credential password(ConfNode.Entries user) throws RightsReader.Untranslatable {
        String text = user.text(Keys.PASSWORD).orElse("");
        if (text.isEmpty()) {
            throw new RightsReader.Untranslatable(
                    "has no password, so a certificate proves it or nothing does: see"
                            + " ops/docs/auth-certificate.md");
        }
        return ServerUser.ofPassword(text)
                .orElseThrow(() ->
                        new RightsReader.Untranslatable(
                                "has a bcrypt hash that costs too much or is malformed: make a new"
                                        + " one with countersign hash-password"));
    }

    private List<String> connections(ConfNode.Entries user, String name)
            throws RightsReader.Untranslatable {
        Optional<ConfNode> listed = user.find(Keys.CONNECTIONS);
        if (listed.isEmpty()) {
            return List.of();
        }
        Set<String> types = new TreeSet<>();
        if (listed.get() instanceof ConfNode.Items(var _, List<ConfNode> items)) {
            for (ConfNode item : items) {
                if (item instanceof ConfNode.Text text) {
                    types.add(text.value().toUpperCase(Locale.ROOT));
                }
            }
        }
        List<String> words = new ArrayList<>();
        for (String type : types) {
            words.addAll(word(type));
        }
        boolean halfMqtt = types.contains("MQTT") != types.contains("MQTT_WS");
        boolean halfLeaf = types.contains("LEAFNODE") != types.contains("LEAFNODE_WS");
        if (halfMqtt || halfLeaf) {
            notes.add(
                    new Note(
                            Note.Kind.CHANGED,
                            listed.get().place(),
                            "user " + name + ": mqtt and leafnode mean plain and over WebSocket"));
        }
        if (words.isEmpty()) {
            throw new RightsReader.Untranslatable("may connect in no way that is known here");
        }
        return words.stream().distinct().toList();
    }

    private static List<String> word(String type) {
        return switch (type) {
            case "STANDARD" -> List.of("nats");
            case "WEBSOCKET" -> List.of("websocket");
            case "MQTT", "MQTT_WS" -> List.of("mqtt");
            case "LEAFNODE", "LEAFNODE_WS" -> List.of("leafnode");
            default -> List.of();
        };
    }

    private void leaveOut(ConfNode at, String who, String why) {
        notes.add(new Note(Note.Kind.LEFT_OUT, at.place(), who + ": " + why));
    }
}
