// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.config.ConfigInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewConfigTest {
    @TempDir private Path folder;

    private ViewConfig load(String yaml) throws IOException {
        return ViewConfig.load(Files.writeString(folder.resolve("view.yaml"), yaml));
    }

    @Test
    void load_operatorMode_readsCredentialsBesideTheFile() throws Exception {
        ViewConfig config =
                load(
                        """
                        nats: {servers: ["nats://h:4222"], credentials: operations.creds}
                        admin: {key: view.nk, cluster: prod, credentials: admin.creds}
                        """);

        assertThat(config.nats())
                .contains(
                        new ViewConfig.Nats(
                                List.of("nats://h:4222"),
                                new ViewConfig.Login(folder.resolve("operations.creds"), false),
                                Optional.empty()));
        assertThat(config.admin().orElseThrow().login())
                .contains(new ViewConfig.Login(folder.resolve("admin.creds"), false));
    }

    @Test
    void load_staticMode_readsSeedsAndAuthorities() throws Exception {
        ViewConfig config =
                load(
                        """
                        nats: {servers: ["tls://h:4222"], nkey-seed: operations.nk, ca: ca.pem}
                        admin: {key: view.nk, cluster: prod, nkey-seed: admin.nk}
                        """);

        assertThat(config.nats())
                .contains(
                        new ViewConfig.Nats(
                                List.of("tls://h:4222"),
                                new ViewConfig.Login(folder.resolve("operations.nk"), true),
                                Optional.of(folder.resolve("ca.pem"))));
        assertThat(config.admin().orElseThrow().login())
                .contains(new ViewConfig.Login(folder.resolve("admin.nk"), true));
    }

    @Test
    void load_witnesses_areKeys() throws Exception {
        String vkey =
                "countersign/prod/n2/witness+c19a3606+BH6+zpP4KBn+eifD53AyLlq5JR7rTriCDmCgUMnnX6ga";

        ViewConfig config = load("trail: t.db\nwitnesses: [" + vkey + "]\n");

        assertThat(config.witnesses().keys())
                .extracting(CosignatureVerifier::vkey)
                .containsExactly(vkey);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nats: {servers: [a], credentials: x, nkey-seed: y} | several logins (expected: one"
                        + " of credentials or nkey-seed)",
                "nats: {servers: [a]} | source (expected: either nats.servers",
                "port: 1 | source (expected: either nats.servers",
                "'{trail: t.db, people: people.db}' | no such database (expected:"
                        + " jdbc:postgresql://",
                "'{trail: t.db, prot: 1}' | prot: unknown key",
                "'{trail: t.db, admin: {key: k, cluster: c}}' | admin: needs nats",
                "'{nats: {servers: [a], credentials: x}, admin: {key: k}}' | half of it (expected:"
                        + " key and cluster)",
                "'{trail: t.db, witnesses: [n2]}' | witnesses[0]: \"n2\" vkey: expected name+id+key"
                        + " (expected: name+id+key as countersign audit key --witness prints it)",
                "'{trail: t.db, tls: {key: k}}' | half of it (expected: certificate and key)",
            })
    void load_mistake_saysWhatIsExpected(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml))
                .isInstanceOf(ConfigInvalid.class)
                .hasMessageContaining(message);
    }
}
