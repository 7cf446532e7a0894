// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.policy.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers and instances that do not agree on sealing. Checklist 19. */
@Tag("beside")
class SealingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(Mode.values())
                .flatMap(mode ->
                        Stream.of(NatsBinary.values())
                                .map(binary -> Deployment.Plan.of(mode, binary)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void login_clearRequestToASealedInstance_getsNoAnswer(Deployment.Plan plan) throws Exception {
        try (Deployment system = Deployment.start(plan.clear())) {
            Path keys = system.folder().resolve("keys");
            try (Seed seed = Seed.generate(NKeyType.CURVE, new SecureRandom())) {
                seed.write(keys.resolve("xkey.nk"));
            }
            replace(system.configuration(), "sealed: false", "xkeys: [keys/xkey.nk]");
            assertNobodyGetsIn(system);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void login_sealedRequestToAClearInstance_getsNoAnswer(Deployment.Plan plan) throws Exception {
        try (Deployment system = Deployment.start(plan)) {
            replace(system.configuration(), "xkeys: [keys/xkey.nk]", "sealed: false");
            assertNobodyGetsIn(system);
        }
    }

    /** Silence, because the client has done nothing wrong. */
    private static void assertNobodyGetsIn(Deployment system) {
        Instance instance = system.startInstance("a");
        try (RawClient client = RawClient.connect(system.server())) {
            Login login =
                    client.login(
                            system.connect(
                                    Map.of("user", "alice", "pass", system.password("alice"))));
            assertThat(login).isNotInstanceOf(Login.Admitted.class);
        }
        Wait.until("the drop", PATIENCE, () -> instance.tally().dropped() > 0);
        assertThat(instance.tally().reasons()).containsOnlyKeys(Reason.UNDECRYPTABLE);
        assertThat(instance.tally().allowed() + instance.tally().refused()).isZero();
    }

    private static void replace(Path file, String old, String fresh) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, fresh));
    }
}
