// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A change of issuer and xkey in the files of a system, step by step (ops/docs/rotation.md). */
abstract sealed class KeyChange permits KeyChange.Static, OperatorKeyChange {
    static final Ed25519 ED25519 = Ed25519.best();

    private final Path folder;

    KeyChange(Deployment system) {
        this.folder = system.folder();
    }

    static KeyChange of(Deployment.Mode mode, Deployment system) throws Exception {
        return switch (mode) {
            case STATIC -> new Static(system);
            case OPERATOR -> new OperatorKeyChange(system);
        };
    }

    /** Before the instances restart for the first time. */
    abstract void addNewKeys() throws Exception;

    /** When every instance knows the new keys. */
    abstract void switchAccount() throws Exception;

    /** Before this server restarts. */
    abstract void switchServer(NatsServer server) throws Exception;

    /** Before the instances restart for the second time. */
    abstract void removeOldKeys() throws Exception;

    /** When nobody uses the old keys any more. */
    abstract void forgetInAccount() throws Exception;

    /** The server runs with the new keys and no longer with the old ones. */
    abstract void assertNewKeysInUse(NatsServer server);

    final Path file(String name) {
        return folder.resolve(name);
    }

    /** In a text file of the system. */
    final void replace(String name, String old, String now) throws IOException {
        replace(file(name), old, now);
    }

    static void replace(Path file, String old, String now) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
    }

    final NKey key(String name) throws IOException, InvalidKey {
        try (Seed seed = Seed.read(file(name))) {
            return seed.publicKey();
        }
    }

    final NKey make(String name, NKeyType type) throws IOException {
        try (Seed seed = Seed.generate(type, new SecureRandom())) {
            seed.write(file(name));
            return seed.publicKey();
        }
    }

    /** Issuer and xkey stand in the file of each server. */
    static final class Static extends KeyChange {
        private final NKey oldIssuer;
        private final NKey oldXkey;
        private final NKey issuer;
        private final NKey xkey;

        Static(Deployment system) throws Exception {
            super(system);
            oldIssuer = key("keys/issuer.nk");
            oldXkey = key("keys/xkey.nk");
            issuer = make("keys/issuer-new.nk", NKeyType.ACCOUNT);
            xkey = make("keys/xkey-new.nk", NKeyType.CURVE);
        }

        @Override
        void addNewKeys() throws IOException {
            String config = "countersign.yaml";
            replace(config, "[keys/xkey.nk]", "[keys/xkey-new.nk, keys/xkey.nk]");
            replace(config, "[keys/issuer.nk]", "[keys/issuer-new.nk, keys/issuer.nk]");
        }

        @Override
        void switchAccount() {}

        @Override
        void switchServer(NatsServer server) throws IOException {
            replace(server.configuration(), oldIssuer.text(), issuer.text());
            replace(server.configuration(), oldXkey.text(), xkey.text());
        }

        @Override
        void removeOldKeys() throws IOException {
            String config = "countersign.yaml";
            replace(config, "[keys/xkey-new.nk, keys/xkey.nk]", "[keys/xkey-new.nk]");
            replace(config, "[keys/issuer-new.nk, keys/issuer.nk]", "[keys/issuer-new.nk]");
            Files.delete(file("keys/xkey.nk"));
            Files.delete(file("keys/issuer.nk"));
        }

        @Override
        void forgetInAccount() {}

        @Override
        void assertNewKeysInUse(NatsServer server) {
            assertThat(server.configuration())
                    .content()
                    .contains(issuer.text(), xkey.text())
                    .doesNotContain(oldIssuer.text(), oldXkey.text());
        }
    }
}
