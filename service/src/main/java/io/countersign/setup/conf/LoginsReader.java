// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.setup.conf.ConfNode.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks through a server's configuration for all that decides who may log in. Used once. */
final class LoginsReader {
    /** The configuration is about accounts as JWTs; users are in no file. */
    private static final List<String> OPERATOR_MODE =
            List.of("operator", "operators", "trusted_keys", "resolver");

    private final ConfNode.Entries root;
    private final String globalAccount;
    private final Optional<String> systemAccount;
    private final List<Note> notes = new ArrayList<>();
    private final UsersReader users = new UsersReader(notes);
    private final List<String> accounts = new ArrayList<>();

    LoginsReader(ConfNode.Entries root, String globalAccount) {
        this.root = root;
        this.globalAccount = globalAccount;
        this.systemAccount = root.text("system_account", "system");
    }

    ServerLogins read() throws ConfInvalid {
        refuseWhatIsNotStatic();
        accounts();
        authorization();
        elsewhere();
        List<String> kept = new ArrayList<>();
        root.entries()
                .forEach((key, node) -> {
                    if (!Keys.isOneOf(
                            key, new String[] {"accounts", "authorization", "system_account"})) {
                        kept.add(key + " (" + node.place() + ")");
                    }
                });
        if (!kept.isEmpty()) {
            note(
                    Note.Kind.KEEP,
                    root.place(),
                    "settings of the server itself, to be compared with servers/*.conf: "
                            + String.join(", ", kept));
        }
        return new ServerLogins(accounts, users.read(), notes);
    }

    private void refuseWhatIsNotStatic() throws ConfInvalid {
        for (String key : OPERATOR_MODE) {
            Optional<ConfNode> found = root.find(key);
            if (found.isPresent()) {
                throw new ConfInvalid(
                        found.get().place(),
                        key
                                + ": accounts of this server are JWTs (expected: accounts and users"
                                + " in the file; for operator mode see setup operator --print-nsc)");
            }
        }
        Optional<ConfNode> callout =
                root.mapping("authorization").flatMap(it -> it.find("auth_callout"));
        if (callout.isPresent()) {
            throw new ConfInvalid(
                    callout.get().place(),
                    "auth_callout: users of this server are known to another service (expected: a"
                            + " server without an auth callout)");
        }
    }

    private void accounts() {
        Optional<ConfNode> found = root.find("accounts");
        if (found.isEmpty()) {
            return;
        }
        switch (found.get()) {
            case ConfNode.Entries entries -> entries.entries().forEach(this::account);
            case ConfNode.Items(Place _, List<ConfNode> names) ->
                    names.forEach(it -> {
                        if (it instanceof ConfNode.Text text) {
                            accounts.add(text.value());
                        }
                    });
            case ConfNode.Text _, ConfNode.Whole _, ConfNode.Flag _ ->
                    note(Note.Kind.LEFT_OUT, found.get().place(), "accounts is no mapping");
        }
    }

    private void account(String name, ConfNode node) {
        boolean isSystem = systemAccount.filter(name::equals).isPresent();
        if (!isSystem) {
            accounts.add(name);
        }
        if (!(node instanceof ConfNode.Entries account)) {
            return;
        }
        List<ConfNode> listed = listed(account.find("users"));
        if (isSystem) {
            if (!listed.isEmpty()) {
                note(
                        Note.Kind.LEFT_OUT,
                        node.place(),
                        listed.size()
                                + " in the system account "
                                + name
                                + ": the set-up has a user of its own there, break-glass, who gets"
                                + " in when no instance answers");
            }
            return;
        }
        listed.forEach(user -> users.add(user, name, account.find("default_permissions")));
        account.entries()
                .forEach((key, value) -> {
                    if (!Keys.isOneOf(key, new String[] {"users", "default_permissions"})) {
                        note(
                                Note.Kind.KEEP,
                                value.place(),
                                key
                                        + " of account "
                                        + name
                                        + ": is not about who may log in; copy it into the account"
                                        + " in servers/*.conf");
                    }
                });
    }

    private void authorization() {
        Optional<ConfNode.Entries> found = root.mapping("authorization");
        if (found.isEmpty()) {
            return;
        }
        ConfNode.Entries authorization = found.get();
        List<ConfNode> listed = listed(authorization.find("users"));
        listed.forEach(user -> users.add(user, globalAccount, authorization.find(Keys.DEFAULTS)));
        Map<String, ConfNode> single = new LinkedHashMap<>();
        authorization.find(Keys.USER).ifPresent(it -> single.put("user", it));
        authorization.find(Keys.PASSWORD).ifPresent(it -> single.put("password", it));
        if (!single.isEmpty()) {
            Place place = single.values().iterator().next().place();
            users.add(new ConfNode.Entries(place, single), globalAccount, Optional.empty());
        }
        authorization.find("token").ifPresent(token -> users.addToken(token, globalAccount));
        boolean isUsed =
                !listed.isEmpty() || !single.isEmpty() || authorization.find("token").isPresent();
        if (isUsed) {
            useGlobalAccount(authorization);
        }
    }

    private void useGlobalAccount(ConfNode.Entries authorization) {
        note(
                Note.Kind.CHANGED,
                authorization.place(),
                "users without an account were in $G and are in "
                        + globalAccount
                        + " now; streams and buckets of $G do not come along (back them up and"
                        + " restore them)");
        if (!accounts.contains(globalAccount)) {
            accounts.add(globalAccount);
        }
    }

    /** Other ways to get in, which no list of users shows. */
    private void elsewhere() {
        elsewhere("", root);
        for (String block : List.of("websocket", "mqtt", "leafnodes", "leafnode")) {
            root.mapping(block)
                    .ifPresent(it -> {
                        elsewhere(block + ".", it);
                        it.find("authorization")
                                .ifPresent(found ->
                                        note(
                                                Note.Kind.LEFT_OUT,
                                                found.place(),
                                                block
                                                        + ".authorization: give these clients users of"
                                                        + " users.yaml"));
                    });
        }
    }

    private void elsewhere(String prefix, ConfNode.Entries block) {
        block.find("no_auth_user")
                .ifPresent(found ->
                        note(
                                Note.Kind.LEFT_OUT,
                                found.place(),
                                prefix
                                        + "no_auth_user: clients without a credential are refused;"
                                        + " give them one"));
        block.mapping("tls")
                .flatMap(tls -> tls.find("verify_and_map"))
                .filter(flag -> flag instanceof ConfNode.Flag(Place _, boolean on) && on)
                .ifPresent(found ->
                        note(
                                Note.Kind.LEFT_OUT,
                                found.place(),
                                prefix
                                        + "tls.verify_and_map: users named by their certificates"
                                        + " need the certificate authenticator"
                                        + " (ops/docs/auth-certificate.md)"));
    }

    private static List<ConfNode> listed(Optional<ConfNode> users) {
        return users.orElse(null) instanceof ConfNode.Items(Place _, List<ConfNode> items)
                ? items
                : List.of();
    }

    private void note(Note.Kind kind, Place place, String text) {
        notes.add(new Note(kind, place, text));
    }
}
