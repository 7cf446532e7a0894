// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Login;
import io.countersign.kit.Message;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The static set-up on real servers, with no instance running. */
class StaticSetupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path dir;

    private final SecureRandom random = new SecureRandom();
    private final Ed25519 ed25519 = Ed25519.best();

    @ParameterizedTest
    @EnumSource
    void breakGlassUser_noInstanceRuns_getsInAndSeesTheServer(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        OneTimePassword password = made.passwords().get(1);
        try (NatsServer server = NatsServer.start(binary, conf(made));
                RawClient client = RawClient.connect(server)) {
            Map<String, String> login = Map.of("user", password.user(), "pass", password.reveal());
            assertThat(client.login(login)).isInstanceOf(Login.Admitted.class);
            assertThat(client.request("$SYS.REQ.SERVER.PING", new byte[0], PATIENCE)).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void breakGlassUser_wrongPassword_isRefusedWithoutAsking(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        try (NatsServer server = NatsServer.start(binary, conf(made));
                RawClient callout = login(server, made, "callout");
                RawClient client = RawClient.connect(server)) {
            callout.subscribe("$SYS.REQ.USER.AUTH countersign");
            callout.fence();
            Login login = client.login(Map.of("user", "break-glass", "pass", "guess"));
            assertThat(login).isInstanceOf(Login.Refused.class);
            callout.fence();
            assertThat(callout.awaitMessage(Duration.ofMillis(1))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void users_ofTheService_haveWhatTheyNeedAndNoMore(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        try (NatsServer server = NatsServer.start(binary, conf(made));
                RawClient callout = login(server, made, "callout");
                RawClient operations = login(server, made, "operations");
                RawClient admin = login(server, made, "admin");
                RawClient system = login(server, made, "system")) {
            Rights.CALLOUT.assertHolds(callout);
            Rights.OPERATIONS.assertHolds(operations);
            Rights.ADMIN.assertHolds(admin);
            Rights.SYSTEM.assertHolds(system);
        }
    }

    @ParameterizedTest
    @EnumSource
    void calloutUser_stranger_isAskedAboutSealedAndWithANonce(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        try (NatsServer server = NatsServer.start(binary, conf(made));
                RawClient callout = login(server, made, "callout");
                RawClient stranger = RawClient.connect(server)) {
            assertThat(stranger.nonce()).isPresent();
            callout.subscribe("$SYS.REQ.USER.AUTH countersign");
            callout.fence();
            stranger.sendConnect(Map.of("user", "alice", "pass", "secret"));
            Optional<Message> request = callout.awaitMessage(PATIENCE);
            assertThat(request).isPresent();
            byte[] sealed = request.get().payload();
            assertThat(new String(sealed, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("xkv1");
            assertThat(callout.canPublish(request.get().reply().orElseThrow())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void operationsUser_createsAStream_isLet(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        try (NatsServer server = NatsServer.start(binary, conf(made));
                RawClient operations = login(server, made, "operations")) {
            assertThat(createdStream(operations)).isEqualTo("COUNTERSIGN_AUDIT");
        }
    }

    private SetupResult setUp() throws SetupFailed {
        List<Integer> ports = FreePorts.several(2);
        return new StaticSetup(_ -> "$2a$hash", random)
                .run(
                        SetupOptions.in(dir.resolve("made"))
                                .withServers(
                                        ServerPlan.withPorts(
                                                "127.0.0.1",
                                                List.of(ports.getFirst()),
                                                List.of(ports.getLast()))));
    }

    private RawClient login(NatsServer server, SetupResult made, String user) throws Exception {
        return new SetupUsers(made.folder(), ed25519).withKey(server.port(), user);
    }

    private static String createdStream(RawClient client) throws Exception {
        byte[] stream =
                """
                {"name":"COUNTERSIGN_AUDIT","subjects":["countersign.audit.>"],"storage":"file"}
                """
                        .getBytes(StandardCharsets.UTF_8);
        Message answer =
                client.request("$JS.API.STREAM.CREATE.COUNTERSIGN_AUDIT", stream, PATIENCE)
                        .orElseThrow();
        JsonNode json = new ObjectMapper().readTree(answer.payload());
        return json.path("config").path("name").asText(json.toString());
    }

    private static Path conf(SetupResult made) {
        return made.folder().resolve("servers/n1.conf");
    }
}
