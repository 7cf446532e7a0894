// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.StandIn;
import io.countersign.kit.Wait;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Client libraries that we did not write log in, each as its own users would: with a password, with
 * a token, and with a wrong password. What must hold 2.
 */
@Tag("beside")
class ClientsIT {
    private static final String TOKEN = "a-token-that-nobody-guesses";
    private static final String POLICY =
            """
            version: 1
            rules:
              - id: app
                when: { groups: [app] }
                grant:
                  account: APP
                  publish: { allow: ["app.>"] }
                  subscribe: { allow: ["app.>", "_INBOX.>"] }
                  expires: 1h
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource
    void javaClient_everyLogin_isDecidedByUs(Deployment.Mode mode) throws Exception {
        try (Deployment system = started(mode)) {
            assertEcho(options(system).userInfo("ann", "secret").build());
            assertEcho(options(system).token(TOKEN.toCharArray()).build());
            // The server itself gives up after 3 s, and the library waits to the end of its time.
            Options wrong =
                    options(system)
                            .userInfo("ann", "wrong")
                            .connectionTimeout(Duration.ofSeconds(5))
                            .build();
            assertThatThrownBy(() -> Nats.connect(wrong).close())
                    .isInstanceOf(AuthenticationException.class);
        }
    }

    // Checklist 89. The Go client behaves alike (ops/docs/clients.md), but is not to be had here.
    @Test
    void javaClient_deniedTwiceInARow_isClosedForGood_whereSilenceLetsItTryOn() throws Exception {
        Deployment.Mode mode = Deployment.Mode.OPERATOR;
        try (Deployment system = Deployment.start(Deployment.Plan.of(mode, NatsBinary.NEWEST))) {
            DeploymentKeys keys = new DeploymentKeys(system.folder(), mode);
            Connection callout = keys.connect(system.server(), "callout");
            try (StandIn service = new StandIn(callout, keys)) {
                Connection patient = expiring(system, service);
                service.keepsSilent();
                int before = service.asked().size();
                Wait.until(
                        "three tries without an answer",
                        PATIENCE,
                        () -> service.asked().size() >= before + 3);
                assertThat(patient.getStatus()).isNotEqualTo(Connection.Status.CLOSED);
                service.answers(StandIn::yes);
                awaitStatus(patient, Connection.Status.CONNECTED);
                patient.close();

                Connection refused = expiring(system, service);
                service.answers(StandIn::no);
                awaitStatus(refused, Connection.Status.CLOSED);
                service.answers(StandIn::yes);
                Connection fresh = Nats.connect(options(system).build());
                awaitStatus(fresh, Connection.Status.CONNECTED);
                assertThat(refused.getStatus()).isEqualTo(Connection.Status.CLOSED);
                fresh.close();
            } finally {
                callout.close();
            }
        }
    }

    /** A client that would reconnect for ever, whose session has just ended. */
    private static Connection expiring(Deployment system, StandIn service) throws Exception {
        service.answers(forge -> {
            ObjectNode user = forge.user("APP");
            user.put("exp", Instant.now().getEpochSecond() + 2);
            String token = forge.sign(user, forge.keys().placing("APP"));
            return forge.signed(forge.answer(token));
        });
        Connection client =
                Nats.connect(
                        options(system)
                                .maxReconnects(-1)
                                .connectionTimeout(Options.DEFAULT_CONNECTION_TIMEOUT)
                                .reconnectWait(Duration.ofMillis(100))
                                .build());
        awaitStatus(client, Connection.Status.CONNECTED);
        return client;
    }

    private static void awaitStatus(Connection client, Connection.Status status) {
        Wait.until(status.toString(), PATIENCE, () -> client.getStatus() == status);
    }

    @ParameterizedTest
    @EnumSource
    void javaScriptClient_everyLogin_isDecidedByUs(Deployment.Mode mode) throws Exception {
        ClientProgram client = ClientProgram.javaScript(dir);
        try (Deployment system = started(mode)) {
            assertDecides(system, client);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cClient_everyLogin_isDecidedByUs(Deployment.Mode mode) throws Exception {
        Optional<ClientProgram> client = ClientProgram.c(dir);
        assumeTrue(
                client.isPresent(),
                "C client: NOT TRIED, for want of gcc or nats/nats.h (Debian: libnats-dev)");
        try (Deployment system = started(mode)) {
            assertDecides(system, client.orElseThrow());
        }
    }

    private static void assertDecides(Deployment system, ClientProgram client) throws Exception {
        String url = system.server().url();
        ClientProgram.Run password =
                client.run(Map.of("NATS_URL", url, "NATS_USER", "ann", "NATS_PASSWORD", "secret"));
        assertThat(password).isEqualTo(new ClientProgram.Run(0, "echo: hello"));
        ClientProgram.Run token = client.run(Map.of("NATS_URL", url, "NATS_TOKEN", TOKEN));
        assertThat(token).isEqualTo(new ClientProgram.Run(0, "echo: hello"));
        ClientProgram.Run wrong =
                client.run(Map.of("NATS_URL", url, "NATS_USER", "ann", "NATS_PASSWORD", "wrong"));
        assertThat(wrong.exitCode()).as(wrong.output()).isEqualTo(1);
    }

    private static void assertEcho(Options options) throws Exception {
        Connection client = Nats.connect(options);
        try {
            Subscription echoes = client.subscribe("app.echo");
            client.publish("app.echo", "hello".getBytes(StandardCharsets.UTF_8));
            Message message = echoes.nextMessage(PATIENCE);
            assertThat(message).isNotNull();
            assertThat(message.getData()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        } finally {
            client.close();
        }
    }

    private static Options.Builder options(Deployment system) {
        return new Options.Builder()
                .server(system.server().url())
                // The library waits this long after a refusal, too.
                .connectionTimeout(Duration.ofSeconds(10))
                .noReconnect();
    }

    private static Deployment started(Deployment.Mode mode) {
        Deployment system = Deployment.start(Deployment.Plan.of(mode, NatsBinary.NEWEST));
        try {
            system.withUsers(users()).withPolicy(POLICY).startInstance("a");
            return system;
        } catch (RuntimeException | Error e) {
            system.close();
            throw e;
        }
    }

    private static String users() {
        return """
          - name: ann
            password: %s
            groups: [app]
          - name: sensor
            tokens: [{id: first, hash: "sha256:%s"}]
            groups: [app]
        """
                .formatted(CheapHash.of("secret").encoded(), sha256(TOKEN));
    }

    private static String sha256(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
