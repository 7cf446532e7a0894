// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.StoredEntry;
import io.countersign.cli.Instance;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A session from its first question to its end. */
@Tag("beside")
class SessionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(Deployment.Mode.values())
                .flatMap(mode ->
                        Stream.of(NatsBinary.values())
                                .map(binary -> Deployment.Plan.of(mode, binary)));
    }

    // Checklist 64, 77, 78: one system for all three, because starting it is what costs.
    @ParameterizedTest
    @MethodSource("shapes")
    void session_fromLoginToItsEnd_isTheOneThatWeGranted(Deployment.Plan plan) throws Exception {
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(POLICY);
            Instance instance = system.startInstance("a");
            try (RawClient shortLived = RawClient.connect(system.server());
                    RawClient changing = RawClient.connect(system.server())) {
                login(system, shortLived, "brief");
                assertServerShowsOurName(system, shortLived);
                assertSecondConnectAsksAgain(system, instance, changing);
                assertEndsWhenWeSaid(system, instance, shortLived);
            }
        }
    }

    private static void login(Deployment system, RawClient client, String user) {
        assertThat(client.login(system.connect(Map.of("user", user, "pass", "secret"))))
                .as(() -> system.server().log())
                .isInstanceOf(Login.Admitted.class);
    }

    // Checklist 64.
    private static void assertServerShowsOurName(Deployment system, RawClient client) {
        JsonNode connections =
                system.server().monitor("/connz?auth=1&cid=" + client.cid()).path("connections");
        assertThat(connections.path(0).path("authorized_user").asText()).isEqualTo("brief");
    }

    // Checklist 78.
    private static void assertSecondConnectAsksAgain(
            Deployment system, Instance instance, RawClient client) throws Exception {
        login(system, client, "first");
        assertThat(client.canPublish("first.x")).isTrue();
        login(system, client, "second");
        assertThat(client.canPublish("second.x")).isTrue();
        assertThat(client.canPublish("first.x")).isFalse();
        assertThat(principals(instance, client.cid()))
                .containsExactly("users:first", "users:second");
    }

    // Checklist 77.
    private static void assertEndsWhenWeSaid(Deployment system, Instance instance, RawClient client)
            throws Exception {
        assertThat(client.awaitClosed(PATIENCE)).isTrue();
        assertThat(client.errors()).contains("User Authentication Expired");
        try (RawClient again = RawClient.connect(system.server())) {
            login(system, again, "brief");
            assertThat(principals(instance, again.cid())).containsExactly("users:brief");
        }
    }

    /** Whom we let in on this connection, oldest first. */
    private static List<String> principals(Instance instance, long cid) throws Exception {
        List<String> names = new ArrayList<>();
        // The reader belongs to the trail, which closes it.
        for (StoredEntry stored : instance.trail().reader().from(0, 100)) {
            AuditEntry entry = stored.entry();
            if (entry.client().map(c -> c.cid() == cid).orElse(false)) {
                names.add(entry.principal());
            }
        }
        return names;
    }

    private static String users() {
        String hash = CheapHash.of("secret").encoded();
        return """
          - { name: brief, password: "%1$s" }
          - { name: first, password: "%1$s" }
          - { name: second, password: "%1$s" }
        """
                .formatted(hash);
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: brief
                when: { name: brief }
                grant: { account: APP, publish: { allow: ["app.>"] }, expires: 5s }
              - id: first
                when: { name: first }
                grant: { account: APP, publish: { allow: ["first.>"] }, expires: 1h }
              - id: second
                when: { name: second }
                grant: { account: OTHER, publish: { allow: ["second.>"] }, expires: 1h }
            """;
}
