// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Certificates;
import io.countersign.kit.TokenIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;

/** A folder with a good static configuration whose keys are real. */
record CommandFolder(Path path) {
    static CommandFolder in(Path path) throws IOException {
        Files.createDirectories(path.resolve("keys"));
        key(path.resolve("keys/xkey.nk"), NKeyType.CURVE);
        key(path.resolve("keys/issuer.nk"), NKeyType.ACCOUNT);
        key(path.resolve("keys/callout.nk"), NKeyType.USER);
        CommandFolder folder = new CommandFolder(path);
        folder.write(
                "countersign.yaml",
                """
                instance: one
                mode: static
                nats:
                  servers: [nats://127.0.0.1:4222]
                  callout: {nkey-seed: keys/callout.nk}
                keys:
                  xkeys: [keys/xkey.nk]
                  issuers: [keys/issuer.nk]
                accounts:
                  APP: {}
                users: users.yaml
                """);
        folder.write("policy.yaml", resource("policy.yaml"));
        folder.write("users.yaml", resource("users.yaml"));
        return folder;
    }

    private static void key(Path file, NKeyType type) throws IOException {
        try (Seed seed = Seed.generate(type, new SecureRandom())) {
            seed.write(file);
        }
    }

    /** Adds an authenticator of each kind, with real secrets and files, none of which answers. */
    CommandFolder withEveryKind() throws Exception {
        Certificates authority = Certificates.create(path, Clock.systemUTC());
        for (String name : new String[] {"db", "ldap", "client", "pod", "hook"}) {
            Path secret = write(name + ".secret", "a-secret-of-24-characters");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        }
        try (TokenIssuer issuer = TokenIssuer.start()) {
            write("cluster.json", issuer.jwks());
        }
        String account;
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            account = seed.publicKey().text();
        }
        write(
                "countersign.yaml",
                Files.readString(path.resolve("countersign.yaml"))
                        + resource("authenticators.yaml")
                                .replace("ACCOUNT", account)
                                .replace("AUTHORITY", authority.authorityFile().toString()));
        return this;
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(path.resolve(name), text);
    }

    void replace(String name, String old, String with) throws IOException {
        String text = Files.readString(path.resolve(name));
        assertThat(text).contains(old);
        write(name, text.replace(old, with));
    }

    String config() {
        return path.resolve("countersign.yaml").toString();
    }

    /** Text with the name of this folder taken out. */
    String nameless(String text) {
        return text.replace(path.toString(), "FOLDER");
    }

    static String resource(String name) throws IOException {
        try (var in = CommandFolder.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
