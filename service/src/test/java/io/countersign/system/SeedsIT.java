// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.SoftHsm;
import io.countersign.kit.VaultStub;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A service without a seed on its disk: the box key comes from Vault, and answers are signed in
 * Vault or on a token. Logins go through a real server.
 */
class SeedsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "hvs.token-of-the-test";
    private static final String ISSUER = "keys/issuer.nk";
    private static final String XKEY = "keys/xkey.nk";

    private final SecretSearch search = new SecretSearch();

    @Test
    void keysOutsideOfTheProcess_signLogins_andMoveWithoutARestart() throws Exception {
        try (VaultStub vault = new VaultStub(TOKEN);
                Deployment system = Deployment.start(Plan.of(Mode.STATIC, NatsBinary.NEWEST))) {
            search.keep("token of Vault", TOKEN);
            search.keep("PIN", SoftHsm.PIN);
            String seed = moved(system, ISSUER);
            vault.put("issuer", signer(seed));
            vault.put("countersign/xkey", "seed", moved(system, XKEY) + "\n");
            SoftHsm.shared().bring("seeds-it", seed);
            keep(system, "vault.token", TOKEN);
            keep(system, "hsm.pin", SoftHsm.PIN);
            system.withTelemetry("");
            system.withSettings(
                    """
                    vault: {address: "%s", token: {file: keys/vault.token}}
                    pkcs11: {module: "%s", label: %s, pin: {file: keys/hsm.pin}}
                    """
                            .formatted(vault.url(), SoftHsm.shared().module(), SoftHsm.TOKEN));
            change(system, XKEY, "{vault: \"secret/countersign/xkey#seed\"}");
            change(system, ISSUER, "{transit: \"transit/issuer#2\"}");
            Instance instance = system.startInstance("a");
            String before = instance.revision();
            assertThat(login(system)).isInstanceOf(Login.Admitted.class);

            vault.fails(503);
            assertThat(login(system)).as("nobody can sign").isNotInstanceOf(Login.Admitted.class);
            vault.fails(0);
            assertThat(login(system)).isInstanceOf(Login.Admitted.class);

            change(system, "{transit: \"transit/issuer#2\"}", "{pkcs11: seeds-it}");
            Wait.until("it reads its files", PATIENCE, () -> instance.reloads().reloads() > 0);
            vault.fails(503);
            assertThat(instance.revision()).as("the same key elsewhere").isEqualTo(before);
            assertThat(login(system)).as("signed on the token").isInstanceOf(Login.Admitted.class);

            search.assertClean("trail", SecretSearch.trail(system), "backend-unavailable");
            search.assertClean("metrics", SecretSearch.telemetry(instance), "backend-unavailable");
        } finally {
            search.close();
        }
        search.assertClean("log", search.logText(), "ready on");
    }

    /** As systemd gives them: files for one process, in a folder that a variable names. */
    @Test
    void credential_ofSystemd_isRead(@org.junit.jupiter.api.io.TempDir Path folder)
            throws Exception {
        try (Seed made = Seed.generate(NKeyType.ACCOUNT, new java.security.SecureRandom())) {
            Files.write(folder.resolve("issuer"), made.encoded());
            Secrets secrets = new Secrets(Map.of("CREDENTIALS_DIRECTORY", folder.toString()));
            try (Seed read =
                    secrets.seed(new SecretSource.Credential("issuer"), NKeyType.ACCOUNT)) {
                assertThat(read.publicKey()).isEqualTo(made.publicKey());
            }
        }
    }

    /** Takes a seed off the disk, as whoever moves it somewhere safer does last. */
    private String moved(Deployment system, String file) throws Exception {
        Path path = system.folder().resolve(file);
        String seed = Files.readString(path).strip();
        Files.delete(path);
        return search.keep(file, seed);
    }

    private static Signer signer(String seed) throws Exception {
        try (Seed parsed = Seed.parse(seed.getBytes(StandardCharsets.US_ASCII))) {
            return Ed25519.best().signer(parsed);
        }
    }

    private static void keep(Deployment system, String name, String text) throws Exception {
        Path file = system.folder().resolve("keys").resolve(name);
        Files.writeString(file, text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void change(Deployment system, String old, String now) throws Exception {
        String text = Files.readString(system.configuration());
        assertThat(text).contains(old);
        Files.writeString(system.configuration(), text.replace(old, now));
    }

    private static Login login(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))));
        }
    }
}
