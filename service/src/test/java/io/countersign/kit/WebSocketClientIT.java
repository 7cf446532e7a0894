// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketClientIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String PLAIN =
            """
            websocket { listen: "127.0.0.1:${port:web}", no_tls: true }
            authorization { users: [
              { user: ann, password: wrench, permissions: { publish: { allow: ["in.>"] } } }
            ] }
            """;
    private static final Map<String, Object> ANN = Map.of("user", "ann", "pass", "wrench");

    @ParameterizedTest
    @EnumSource
    void login_rightAndWrongPassword_admittedAndRefused(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, PLAIN);
                RawClient right = WebSocketClient.connect(server.host(), server.port("web"));
                RawClient wrong = WebSocketClient.connect(server.host(), server.port("web"))) {
            assertThat(right.login(ANN)).isInstanceOf(Login.Admitted.class);
            assertThat(right.canPublish("out.x")).isFalse();
            assertThat(wrong.login(Map.of("user", "ann", "pass", "guess")))
                    .isInstanceOf(Login.Refused.class);
            assertThat(wrong.awaitClosed(LIMIT)).isTrue();
        }
    }

    /** Frames of each of the three length forms (RFC 6455, 5.2), there and back. */
    @ParameterizedTest
    @EnumSource
    void publish_payloadOfAnySize_arrives(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, PLAIN);
                RawClient client = WebSocketClient.connect(server.host(), server.port("web"))) {
            client.login(ANN);
            client.subscribe("in.>");
            for (int size : new int[] {0, 100, 1_000, 200_000}) {
                byte[] payload = "y".repeat(size).getBytes(StandardCharsets.UTF_8);
                client.publish("in.box", payload);

                assertThat(client.awaitMessage(LIMIT).orElseThrow().payload()).isEqualTo(payload);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void connect_overTls_worksWithTheRightAuthorityOnly(NatsBinary binary) {
        try (Workspace workspace = Workspace.create("countersign-kit-")) {
            Certificates ours = Certificates.create(workspace.dir(), Clock.systemUTC());
            Certificates.Identity identity = ours.server();
            String configuration =
                    """
                    websocket {
                      listen: "127.0.0.1:${port:web}"
                      tls { cert_file: "%s", key_file: "%s" }
                    }
                    """
                            .formatted(identity.certificateFile(), identity.keyFile());
            try (NatsServer server = NatsServer.start(binary, configuration);
                    Workspace other = Workspace.create("countersign-kit-")) {
                var trusting = Optional.of(ours.sslContext(Optional.empty()));
                var stranger =
                        Optional.of(
                                Certificates.create(other.dir(), Clock.systemUTC())
                                        .sslContext(Optional.empty()));

                try (RawClient client =
                        WebSocketClient.connect(
                                server.host(),
                                server.port("web"),
                                Map.of("Cookie", "a=b"),
                                trusting)) {
                    assertThat(client.login(Map.of())).isInstanceOf(Login.Admitted.class);
                }
                assertThatThrownBy(() ->
                                WebSocketClient.connect(
                                        server.host(), server.port("web"), Map.of(), stranger))
                        .isInstanceOf(UncheckedIOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void connect_portIsNotWebSocket_saysWhatCameInstead(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, PLAIN)) {
            assertThatThrownBy(() -> WebSocketClient.connect(server.host(), server.port()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("expected: HTTP/1.1 101");
        }
    }
}
