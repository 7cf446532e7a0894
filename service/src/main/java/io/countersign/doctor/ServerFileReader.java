// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.Ed25519;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedUser;
import io.countersign.setup.conf.ConfInvalid;
import io.countersign.setup.conf.ConfNode;
import io.countersign.setup.conf.ConfNode.Entries;
import io.countersign.setup.conf.ConfReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes out of a server's configuration file what matters to us (reference 3). Used once. */
final class ServerFileReader {
    private static final String[] USER = {"user", "username"};
    private static final String[] PASSWORD = {"pass", "password"};
    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d{2}\\$.*");

    private final Path file;
    private final Entries root;
    private final JwtReader jwts = new JwtReader(Ed25519.best());
    private final Map<String, String> users = new LinkedHashMap<>();
    private final List<String> clear = new ArrayList<>();
    private final Set<String> accounts = new LinkedHashSet<>();

    private ServerFileReader(Path file, Entries root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @param environment of this machine, where the server's may be missing
     * @throws IOException if it is no server's configuration; says where and why
     */
    static ServerFile read(Path file, Map<String, String> environment) throws IOException {
        try {
            // What a variable holds elsewhere does not matter, and is no text of the file.
            Entries root =
                    ConfReader.read(file, name -> environment.getOrDefault(name, "$" + name));
            return new ServerFileReader(file, root).read();
        } catch (ConfInvalid e) {
            throw new UnreadableServerFile(e);
        }
    }

    private ServerFile read() throws IOException {
        Optional<Entries> authorization = root.mapping("authorization");
        root.find("accounts").ifPresent(this::accounts);
        authorization.ifPresent(it -> {
            listed(it.find("users")).forEach(user -> user(user, ServerFile.GLOBAL));
            user(it, ServerFile.GLOBAL);
        });
        return new ServerFile(
                file,
                Files.getLastModifiedTime(file).toInstant(),
                root.text("server_name").orElse(String.valueOf(file.getFileName())),
                root.find("operator", "operators", "trusted_keys").isPresent(),
                isOn("no_system_account"),
                accounts,
                users,
                clear,
                noAuthUsers(),
                leafAccounts(),
                openDoors(),
                authorization
                        .flatMap(it -> it.mapping("auth_callout", "auth_hook"))
                        .map(ServerFileReader::callout),
                root.text("default_sentinel").map(this::sentinel),
                preloaded());
    }

    private boolean isOn(String key) {
        return root.find(key).orElse(null) instanceof ConfNode.Flag(var _, boolean value) && value;
    }

    private void accounts(ConfNode node) {
        if (node instanceof Entries entries) {
            entries.entries()
                    .forEach((name, account) -> {
                        accounts.add(name);
                        if (account instanceof Entries block) {
                            listed(block.find("users")).forEach(user -> user(user, name));
                        }
                    });
        } else {
            accounts.addAll(texts(Optional.of(node)));
        }
    }

    private void user(ConfNode node, String account) {
        if (!(node instanceof Entries user)) {
            return;
        }
        Optional<String> name = user.text("nkey").or(() -> user.text(USER));
        if (name.isEmpty()) {
            return;
        }
        users.put(name.get(), account);
        // A number is a password too.
        Optional<ConfNode> password = user.find(PASSWORD);
        boolean isHidden = user.text(PASSWORD).filter(ServerFileReader::isHidden).isPresent();
        if (password.isPresent() && !isHidden) {
            clear.add(name.get());
        }
    }

    /** Hashed, or from the environment of another machine. */
    private static boolean isHidden(String password) {
        return BCRYPT.matcher(password).matches() || password.startsWith("$");
    }

    private List<String> noAuthUsers() {
        List<String> found = new ArrayList<>();
        root.text("no_auth_user").ifPresent(it -> found.add("no_auth_user: " + it));
        for (String block : List.of("authorization", "websocket", "mqtt", "leafnodes")) {
            root.mapping(block)
                    .flatMap(it -> it.text("no_auth_user"))
                    .ifPresent(it -> found.add(block + ".no_auth_user: " + it));
        }
        return found;
    }

    private List<String> leafAccounts() {
        List<String> found = new ArrayList<>();
        Optional<Entries> block =
                root.mapping("leafnodes", "leafnode").flatMap(it -> it.mapping("authorization"));
        block.ifPresent(it -> {
            boolean isSingle = it.find(USER).isPresent() || it.find("account").isPresent();
            if (isSingle) {
                found.add(it.text("account").orElse(ServerFile.GLOBAL));
            }
            for (ConfNode user : listed(it.find("users"))) {
                if (user instanceof Entries entries) {
                    found.add(entries.text("account").orElse(ServerFile.GLOBAL));
                }
            }
        });
        return found;
    }

    /** A certificate that is not verified is nobody's. */
    private List<String> openDoors() {
        List<String> found = new ArrayList<>();
        for (String block : List.of("cluster", "gateway")) {
            root.mapping(block)
                    .filter(it -> it.find("listen", "port").isPresent())
                    .filter(it -> !isGuarded(it))
                    .ifPresent(_ -> found.add(block));
        }
        return found;
    }

    private static boolean isGuarded(Entries block) {
        boolean hasPassword =
                block.mapping("authorization").flatMap(it -> it.find(PASSWORD)).isPresent();
        boolean isVerified =
                block.mapping("tls").flatMap(it -> it.find("verify")).orElse(null)
                                instanceof ConfNode.Flag(var _, boolean value)
                        && value;
        return hasPassword || isVerified;
    }

    private static ServerFile.CalloutBlock callout(Entries block) {
        return new ServerFile.CalloutBlock(
                block.text("issuer").orElse(""),
                block.text("account", "acc").orElse(ServerFile.GLOBAL),
                block.text("xkey", "key"),
                Set.copyOf(texts(block.find("auth_users", "users"))),
                Set.copyOf(texts(block.find("allowed_accounts"))));
    }

    private Look<SignedUser> sentinel(String jwt) {
        try {
            return Look.seen(jwts.readUser(jwt.getBytes(StandardCharsets.US_ASCII)));
        } catch (InvalidJwt e) {
            return Look.hidden(String.valueOf(e.getMessage()));
        }
    }

    /** What a resolver has stored since is newer than what the file brought. */
    private Map<String, SignedAccount> preloaded() {
        Map<String, SignedAccount> found = new HashMap<>();
        root.mapping("resolver_preload")
                .ifPresent(it ->
                        it.entries()
                                .keySet()
                                .forEach(key ->
                                        it.text(key)
                                                .flatMap(this::account)
                                                .ifPresent(a -> found.put(key, a))));
        Optional<Path> stored =
                root.mapping("resolver")
                        .flatMap(it -> it.text("dir"))
                        .map(it -> file.toAbsolutePath().resolveSibling(it));
        if (stored.isPresent()) {
            for (String key : List.copyOf(found.keySet())) {
                Look.seen(stored.get().resolve(key + ".jwt"))
                        .ask(Files::readString)
                        .value()
                        .flatMap(text -> account(text.strip()))
                        .ifPresent(it -> found.put(key, it));
            }
        }
        return found;
    }

    private Optional<SignedAccount> account(String jwt) {
        try {
            return Optional.of(jwts.readAccount(jwt.getBytes(StandardCharsets.US_ASCII)));
        } catch (InvalidJwt e) {
            return Optional.empty(); // the server tells at its start
        }
    }

    private static List<ConfNode> listed(Optional<ConfNode> node) {
        return node.orElse(null) instanceof ConfNode.Items(var _, List<ConfNode> items)
                ? items
                : List.of();
    }

    private static List<String> texts(Optional<ConfNode> node) {
        List<ConfNode> items =
                node.map(it -> it instanceof ConfNode.Items list ? list.items() : List.of(it))
                        .orElse(List.of());
        return items.stream()
                .filter(ConfNode.Text.class::isInstance)
                .map(it -> ((ConfNode.Text) it).value())
                .distinct()
                .toList();
    }
}
