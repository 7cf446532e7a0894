// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A signing key of an account is taken back, in the order of ops/docs/rotation.md: the service
 * stops using it first, so that no login fails; then servers end the sessions that it signed.
 */
@Tag("beside")
class SigningKeyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // Checklist 83.
    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void signingKeyTakenBack_endsTheSessionsThatItSigned_andNoLoginFails(NatsBinary binary)
            throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, binary);
        try (Deployment system = Deployment.start(plan)) {
            NKey old = publicKey(system.folder().resolve("keys/APP.signing.nk"));
            NKey next = make(system.folder().resolve("keys/APP.signing-new.nk"));
            Instance instance = system.startInstance("a");
            try (RawClient before = RawClient.connect(system.server());
                    RawClient after = RawClient.connect(system.server())) {
                login(system, before);
                AccountPushes.push(
                        system, "APP", claims -> claims.withKeys(List.of(old, next), List.of()));
                KeyChange.replace(
                        system.configuration(),
                        "[keys/APP.signing.nk]",
                        "[keys/APP.signing-new.nk]");
                Wait.until(
                        "the new key is in use", PATIENCE, () -> instance.reloads().reloads() > 0);
                login(system, after);
                assertThat(before.canPublish("app.x")).as("until then it stays").isTrue();

                AccountPushes.push(
                        system, "APP", claims -> claims.withKeys(List.of(next), List.of()));
                assertThat(before.awaitClosed(PATIENCE)).isTrue();
                assertThat(after.canPublish("app.x")).isTrue();
                try (RawClient again = RawClient.connect(system.server())) {
                    login(system, again);
                }
            }
            assertThat(instance.tally().reasons()).isEmpty();
            assertThat(instance.refusedAllows()).isZero();
        }
    }

    private static void login(Deployment system, RawClient client) {
        assertThat(
                        client.login(
                                system.connect(
                                        Map.of("user", "alice", "pass", system.password("alice"))),
                                PATIENCE))
                .as(system.server()::log)
                .isInstanceOf(Login.Admitted.class);
    }

    private static NKey publicKey(Path file) throws Exception {
        try (Seed seed = Seed.read(file)) {
            return seed.publicKey();
        }
    }

    private static NKey make(Path file) throws IOException {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            seed.write(file);
            return seed.publicKey();
        }
    }
}
