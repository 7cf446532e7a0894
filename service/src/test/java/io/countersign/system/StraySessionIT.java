// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that are hard to end: of a dead instance, by key, by time, and without the means. */
@Tag("beside")
class StraySessionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void revoke_sessionOfAnInstanceThatIsGone_endsItToo(Deployment.Mode mode) throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(mode, NatsBinary.NEWEST).withServers(2);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users());
            Instance first = system.startInstance("first"); // the system closes it, too
            try (RawClient ann = RawClient.connect(system.servers().get(0));
                    RawClient ben = RawClient.connect(system.servers().get(1));
                    RawClient cleo = RawClient.connect(system.server())) {
                login(system, ann, "ann");
                login(system, ben, "ben");
                first.close();
                system.startInstance("second");
                login(system, cleo, "cleo");
                try (Administrator admin = Administrator.of(system)) {
                    JsonNode ended = admin.revoke("principal", "users:ann").path("sessions");
                    assertThat(ended.path("ended").asInt()).as(ended::toPrettyString).isEqualTo(1);
                    assertThat(ended.path("notes")).isEmpty();
                    assertThat(ann.awaitClosed(PATIENCE)).isTrue();
                    assertThat(ben.canPublish("app.x")).isTrue();

                    JsonNode account = admin.ask("kick", "{\"filter\":{\"account\":\"APP\"}}");
                    assertThat(account.path("ended").asInt())
                            .as(account::toPrettyString)
                            .isEqualTo(2);
                    assertThat(ben.awaitClosed(PATIENCE)).isTrue();
                    assertThat(cleo.awaitClosed(PATIENCE)).isTrue();
                }
            }
        }
    }

    // Checklist 81.
    @Test
    void revoke_byUserKeyAndEverybody_endsThemAndTakesNewLoginsOnly() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users());
            system.startInstance("a");
            try (Administrator admin = Administrator.of(system);
                    RawClient one = RawClient.connect(system.server());
                    RawClient two = RawClient.connect(system.server())) {
                login(system, one, "ann");
                login(system, two, "ann");
                String key =
                        admin.ask("sessions", "{}")
                                .path("sessions")
                                .path(1)
                                .path("session")
                                .asText();
                JsonNode session = admin.revoke("session", key).path("sessions");
                assertThat(session.path("ended").asInt()).isEqualTo(1);
                assertThat(one.awaitClosed(PATIENCE)).isTrue();
                assertThat(two.canPublish("app.x")).isTrue();

                JsonNode all =
                        admin.revoke("issued-before", Instant.now().toString()).path("sessions");
                assertThat(all.path("ended").asInt()).as(all::toPrettyString).isEqualTo(1);
                assertThat(two.awaitClosed(PATIENCE)).isTrue();
                try (RawClient again = RawClient.connect(system.server())) {
                    login(system, again, "ann");
                }
            }
        }
    }

    @Test
    void revoke_withoutSystemCredentials_refusesLoginsAndSaysWhatItDidNot() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users());
            String before = Files.readString(system.configuration());
            Files.writeString(system.configuration(), before.replaceAll("(?m)^  system: .*\n", ""));
            system.startInstance("a");
            try (Administrator admin = Administrator.of(system);
                    RawClient ann = RawClient.connect(system.server());
                    RawClient again = RawClient.connect(system.server())) {
                login(system, ann, "ann");
                JsonNode ended = admin.revoke("principal", "users:ann").path("sessions");
                assertThat(ended.path("remaining").asInt()).as(ended::toPrettyString).isEqualTo(1);
                assertThat(ended.path("notes").path(0).asText())
                        .contains("live sessions were not ended: nats.system is not set");
                assertThat(ann.canPublish("app.x")).isTrue();
                assertThat(again.login(system.connect(fields("ann"))))
                        .isInstanceOf(Login.Refused.class);
            }
        }
    }

    private static void login(Deployment system, RawClient client, String user) {
        assertThat(client.login(system.connect(fields(user)), PATIENCE))
                .as(user)
                .isInstanceOf(Login.Admitted.class);
    }

    private static Map<String, Object> fields(String user) {
        return Map.of("user", user, "pass", "secret");
    }

    private static String users() {
        String hash = CheapHash.of("secret").encoded();
        return """
          - { name: ann, password: "%1$s", groups: [app] }
          - { name: ben, password: "%1$s", groups: [app] }
          - { name: cleo, password: "%1$s", groups: [app] }
        """
                .formatted(hash);
    }
}
