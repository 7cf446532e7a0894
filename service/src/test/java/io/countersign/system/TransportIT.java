// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.StoredEntry;
import io.countersign.audit.TrailReader;
import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.identity.Credential;
import io.countersign.identity.Credentials;
import io.countersign.kit.Certificates;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.MqttClient;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.StandIn;
import io.countersign.kit.Wait;
import io.countersign.kit.WebSocketClient;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import io.nats.client.Connection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way that a client can connect: we are told which, and the policy's word on it counts. */
@Tag("beside")
class TransportIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HOST = "127.0.0.1";

    // Checklist 61.
    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void login_overWebSocketMqttAndLeafNode_isDecidedByTheKindOfConnection(NatsBinary binary) {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, binary)
                        .changing(TransportIT::withListeners);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(policy());
            Instance instance = system.startInstance("a");

            assertWebSocket(system);
            assertMqtt(system);
            assertLeafNode(system, binary);

            assertThat(instance.refusedAllows()).as(() -> system.server().log()).isZero();
        }
    }

    // Checklist 85.
    @ParameterizedTest
    @EnumSource
    void login_onAnotherServerThanTheService_isDecidedOverThePinnedRoute(Deployment.Mode mode)
            throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(mode, NatsBinary.NEWEST)
                        .withServers(3)
                        .changing(TransportIT::withListeners);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(policy());
            dialOnly(system, system.servers().getLast());
            Instance instance = system.startInstance("a");
            assertThat(calloutConnections(system.servers().getLast())).isPositive();
            assertThat(calloutConnections(system.server())).isZero();
            assertThat(system.server().monitor("/routez").path("routes"))
                    .as("pinned routes")
                    .anyMatch(route -> !route.path("account").asText().isEmpty());

            assertWebSocket(system);
            assertMqtt(system);
            if (mode == Deployment.Mode.STATIC) { // else a leaf node brings credentials of its own
                assertLeafNode(system, NatsBinary.NEWEST);
            }

            assertThat(instance.refusedAllows()).as(() -> system.server().log()).isZero();
        }
    }

    private static long calloutConnections(NatsServer server) {
        return server.monitor("/connz").path("connections").findValues("name").stream()
                .filter(name -> name.asText().contains(" callout "))
                .count();
    }

    /** From now on instances know this server only, and stay on it: a second connection spreads. */
    private static void dialOnly(Deployment system, NatsServer server) throws Exception {
        String before = Files.readString(system.configuration());
        Files.writeString(
                system.configuration(),
                before.replaceAll("(?m)^ *- \"nats://.*\\n", "")
                        .replaceFirst(
                                "(?m)^  servers:\\n",
                                "  connections: 1\n  servers: [\"" + server.url() + "\"]\n"));
    }

    private static void assertWebSocket(Deployment system) {
        int port = listening(system, "Listening for websocket clients on ws://127.0.0.1:(\\d+)");
        try (RawClient right = WebSocketClient.connect(HOST, port);
                RawClient wrong = WebSocketClient.connect(HOST, port);
                RawClient otherKind = WebSocketClient.connect(HOST, port);
                RawClient plain = RawClient.connect(system.server())) {
            assertThat(right.login(fields("web", "secret"))).isInstanceOf(Login.Admitted.class);
            assertThat(right.canPublish("app.x")).isTrue();
            assertThat(right.canPublish("other.x")).isFalse();
            assertThat(wrong.login(fields("web", "wrong"))).isInstanceOf(Login.Refused.class);
            assertThat(otherKind.login(fields("thing", "secret")))
                    .isInstanceOf(Login.Refused.class);
            assertThat(plain.login(fields("web", "secret"))).isInstanceOf(Login.Refused.class);
        }
    }

    private static void assertMqtt(Deployment system) {
        int port = listening(system, "Listening for MQTT clients on mqtt://127.0.0.1:(\\d+)");
        // Until JetStream has what it needs, the server turns MQTT clients away whatever we say.
        Wait.until(
                "an MQTT login",
                PATIENCE,
                () -> mqtt(port, "thing", "secret") instanceof Login.Admitted);
        assertThat(mqtt(port, "thing", "wrong")).isInstanceOf(Login.Refused.class);
        assertThat(mqtt(port, "web", "secret")).isInstanceOf(Login.Refused.class);
    }

    private static Login mqtt(int port, String user, String password) {
        try (MqttClient client = MqttClient.connect(HOST, port)) {
            return client.login("client-of-" + user, user, password);
        }
    }

    private static void assertLeafNode(Deployment system, NatsBinary binary) {
        int port = listening(system, "Listening for leafnode connections on 127.0.0.1:(\\d+)");
        try (NatsServer _ = leaf(binary, port, "edge", "secret")) {
            JsonNode leaf =
                    Wait.forValue(
                            "a leaf node",
                            PATIENCE,
                            () ->
                                    Optional.ofNullable(
                                            system.server().monitor("/leafz").at("/leafs").get(0)));
            assertThat(leaf.path("account").asText()).isEqualTo("APP");
        }
        for (NatsServer refused :
                List.of(leaf(binary, port, "edge", "wrong"), leaf(binary, port, "web", "secret"))) {
            try (refused) {
                refused.awaitLog("Authorization Violation");
            }
        }
    }

    private static NatsServer leaf(NatsBinary binary, int port, String user, String password) {
        return NatsServer.start(
                binary,
                "leafnodes { remotes [ { url: \"nats-leaf://%s:%s@%s:%d\" } ] }"
                        .formatted(user, password, HOST, port));
    }

    private static int listening(Deployment system, String line) {
        return Integer.parseInt(system.server().awaitLog(line).group(1));
    }

    private static String withListeners(String conf) {
        return conf
                + """

                websocket { listen: "127.0.0.1:-1", no_tls: true }
                mqtt { listen: "127.0.0.1:-1" }
                leafnodes { listen: "127.0.0.1:-1" }
                """;
    }

    // Checklist 88.
    @Test
    void login_overTlsWithAClientCertificate_isDecidedAndRecorded(@TempDir Path dir)
            throws Exception {
        Certificates certificates = Certificates.create(dir, Clock.systemUTC());
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(conf -> conf + tls(certificates));
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(policy());
            ownCertificate(system, certificates);
            Instance instance = system.startInstance("a");
            Certificates.Identity shown = certificates.client("CN=plain,OU=clients");
            try (RawClient right = connect(system, certificates, Optional.of(shown));
                    RawClient wrong = connect(system, certificates, Optional.of(shown));
                    RawClient none = connect(system, certificates, Optional.empty())) {
                assertThat(right.login(fields("plain", "secret")))
                        .as(() -> system.server().log())
                        .isInstanceOf(Login.Admitted.class);
                assertThat(wrong.login(fields("plain", "wrong"))).isInstanceOf(Login.Refused.class);
                assertThat(none.login(fields("plain", "secret"))).isInstanceOf(Login.Closed.class);
            }
            // The server turned away whoever had no certificate, and did not ask us.
            assertThat(decisions(instance)).containsExactly(AuditEntry.ALLOW, AuditEntry.DENY);
        }
    }

    // Checklist 88.
    @ParameterizedTest
    @EnumSource
    void request_overTlsWithAClientCertificate_carriesTheVerifiedChainLeafFirst(
            Deployment.Mode mode, @TempDir Path dir) throws Exception {
        Certificates certificates = Certificates.create(dir, Clock.systemUTC());
        Deployment.Plan plan =
                Deployment.Plan.of(mode, NatsBinary.NEWEST)
                        .changing(conf -> conf + tls(certificates));
        try (Deployment system = Deployment.start(plan)) {
            DeploymentKeys keys = new DeploymentKeys(system.folder(), mode);
            Certificates.Identity shown = certificates.client("CN=plain,OU=clients");
            Connection callout =
                    keys.connect(
                            system.server(),
                            "callout",
                            options ->
                                    options.sslContext(
                                            certificates.sslContext(Optional.of(shown))));
            try (StandIn service = new StandIn(callout, keys);
                    RawClient client = connect(system, certificates, Optional.of(shown))) {
                service.answers(StandIn::yes);
                assertThat(client.login(Map.of())).isInstanceOf(Login.Admitted.class);

                assertThat(chain(service.asked().getFirst()))
                        .extracting(x -> x.getSubjectX500Principal().getName())
                        .satisfiesExactly(
                                leaf -> assertThat(leaf).contains("CN=plain"),
                                authority -> assertThat(authority).contains("test kit"));
            } finally {
                callout.close();
            }
        }
    }

    /** The chain that our own reader finds in a question. */
    private static List<X509Certificate> chain(StandIn.Question question) throws Exception {
        VerifiedRequest request =
                new RequestVerifier(Ed25519.best(), Set.of(), Duration.ofSeconds(5))
                        .verify(question.jwt(), Optional.of(question.server()), Instant.now());
        Credential.Certificate found =
                (Credential.Certificate) Credentials.of(request).presented().getFirst();
        return found.decode(Instant.now());
    }

    private static List<String> decisions(Instance instance) throws Exception {
        try (TrailReader reader = instance.trail().reader()) {
            List<String> decisions = new ArrayList<>();
            for (StoredEntry stored : reader.from(0, 100)) {
                AuditEntry entry = stored.entry();
                if (entry.kind() == Kind.DECISION) {
                    decisions.add(entry.decision());
                }
            }
            return decisions;
        }
    }

    private static RawClient connect(
            Deployment system,
            Certificates certificates,
            Optional<Certificates.Identity> certificate) {
        return RawClient.connectTls(
                HOST, system.server().port(), certificates.sslContext(certificate));
    }

    private static String tls(Certificates certificates) {
        Certificates.Identity server = certificates.server();
        return """

        tls { cert_file: "%s", key_file: "%s", ca_file: "%s", verify: true }
        """
                .formatted(
                        server.certificateFile(), server.keyFile(), certificates.authorityFile());
    }

    /** The service is a client too and needs a certificate. */
    private static void ownCertificate(Deployment system, Certificates certificates)
            throws Exception {
        Certificates.Identity service = certificates.client("CN=countersign");
        String tls =
                "nats:\n  tls:\n    ca: %s\n    certificate: %s\n    key: %s"
                        .formatted(
                                certificates.authorityFile(),
                                service.certificateFile(),
                                service.keyFile());
        String before = Files.readString(system.configuration());
        Files.writeString(system.configuration(), before.replaceFirst("(?m)^nats:", tls));
    }

    private static Map<String, Object> fields(String user, String password) {
        return Map.of("user", user, "pass", password);
    }

    private static String users() {
        String hash = CheapHash.of("secret").encoded();
        return """
          - { name: plain, password: "%1$s", groups: [plain] }
          - { name: web, password: "%1$s", groups: [web] }
          - { name: thing, password: "%1$s", groups: [things] }
          - { name: edge, password: "%1$s", groups: [edges] }
        """
                .formatted(hash);
    }

    private static String policy() {
        return """
        version: 1
        rules:
          - id: plain
            when: { groups: [plain], connection: [nats] }
            grant: { account: APP, publish: { allow: ["app.>"] }, expires: 1h }
          - id: web
            when: { groups: [web], connection: [websocket] }
            grant: { account: APP, publish: { allow: ["app.>"] }, expires: 1h }
          - id: things
            when: { groups: [things], connection: [mqtt] }
            grant: { account: APP, publish: { allow: [">"], everything: true }, subscribe: { allow: [">"], everything: true }, expires: 1h }
          - id: edges
            when: { groups: [edges], connection: [leafnode] }
            grant: { account: APP, publish: { allow: [">"], everything: true }, subscribe: { allow: [">"], everything: true }, expires: 1h }
        """;
    }
}
