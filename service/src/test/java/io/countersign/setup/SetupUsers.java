// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Login;
import io.countersign.kit.RawClient;
import io.countersign.protocol.CredsFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logs the users of a set-up in, with what its folder holds for them. */
record SetupUsers(Path folder, Ed25519 ed25519) {
    /** Static mode: with {@code keys/USER.nk}. */
    RawClient withKey(int port, String user) throws Exception {
        try (Seed seed = Seed.read(folder.resolve("keys/" + user + ".nk"))) {
            Signer signer = ed25519.signer(seed);
            RawClient client = RawClient.connect("127.0.0.1", port);
            Login login = client.login(Map.of("nkey", signer.key().text()), signer::sign);
            assertThat(login).isInstanceOf(Login.Admitted.class);
            return client;
        }
    }

    /** Operator mode: with {@code creds/USER.creds}. */
    RawClient withCreds(int port, String user) throws Exception {
        RawClient client = RawClient.connect("127.0.0.1", port);
        assertThat(login(client, user, Map.of())).isInstanceOf(Login.Admitted.class);
        return client;
    }

    /** As {@link #withCreds}, with more fields and whatever becomes of it. */
    Login login(RawClient client, String user, Map<String, String> more) throws Exception {
        try (CredsFile creds = creds(user)) {
            Map<String, String> connect = new LinkedHashMap<>(more);
            connect.put("jwt", new String(creds.jwt(), StandardCharsets.US_ASCII));
            return client.login(connect, ed25519.signer(creds.seed())::sign);
        }
    }

    CredsFile creds(String user) throws Exception {
        return CredsFile.parse(Files.readAllBytes(folder.resolve("creds/" + user + ".creds")));
    }
}
