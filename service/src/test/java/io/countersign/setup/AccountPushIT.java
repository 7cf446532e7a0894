// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.FreePorts;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.protocol.JwtReader;
import io.countersign.setup.ClaimsPublisher.ServerAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Account JWTs pushed into a running resolver. Checklist 82. */
class AccountPushIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private final int port = FreePorts.one();

    @ParameterizedTest
    @EnumSource
    void push_newVersion_isInTheResolverAlsoAfterARestart(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        byte[] old = file(made);
        try (NatsServer server = start(binary, made);
                RawClient system =
                        new SetupUsers(made.folder(), ed25519).withCreds(port, "system")) {
            AccountPush.Report report = push(system, made, sealing());
            assertThat(report.lines()).containsExactly("account AUTH: 1 of 1 servers have it");
            assertThat(inResolver(system, made)).isEqualTo(file(made)).isNotEqualTo(old);

            server.restart(); // with the old one in resolver_preload
            try (RawClient again =
                    new SetupUsers(made.folder(), ed25519).withCreds(port, "system")) {
                assertThat(inResolver(again, made)).isEqualTo(file(made));
            }
        }
    }

    /** The server itself would take it. */
    @ParameterizedTest
    @EnumSource
    void push_olderThanTheServers_isRefusedByUs(NatsBinary binary) throws Exception {
        SetupResult made = setUp();
        byte[] old = file(made);
        try (NatsServer server = start(binary, made);
                RawClient system =
                        new SetupUsers(made.folder(), ed25519).withCreds(port, "system")) {
            assertThat(server.isAlive()).isTrue();
            push(system, made, sealing());
            byte[] newer = file(made);
            Files.write(made.folder().resolve("accounts/AUTH.jwt"), old);
            assertThatThrownBy(() -> push(system, made, List.of()))
                    .isInstanceOf(SetupFailed.class)
                    .hasMessageContaining("but servers have one of");
            assertThat(inResolver(system, made)).isEqualTo(newer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void push_signedWithTheIdentityKeyOfAStrictOperator_isRefusedByTheServer(NatsBinary binary)
            throws Exception {
        SetupResult made = setUp();
        try (NatsServer server = start(binary, made);
                RawClient system =
                        new SetupUsers(made.folder(), ed25519).withCreds(port, "system");
                Seed identity = Seed.read(made.folder().resolve("keys/offline/operator.nk"))) {
            assertThat(server.isAlive()).isTrue();
            byte[] before = inResolver(system, made);
            byte[] wrong =
                    new AccountRevision(ed25519)
                            .next(
                                    file(made),
                                    sealing(),
                                    ed25519.signer(identity),
                                    Clock.systemUTC().instant());
            Files.write(made.folder().resolve("accounts/AUTH.jwt"), wrong);
            AccountPush.Report report = push(system, made, List.of());
            assertThat(report.isEverywhere()).isFalse();
            assertThat(report.refusals()).extracting(ServerAnswer::server).containsExactly("n1");
            assertThat(inResolver(system, made)).isEqualTo(before);
        }
    }

    private SetupResult setUp() throws SetupFailed {
        return Made.OPERATOR.run(
                SetupOptions.in(dir.resolve("made"))
                        .withServers(ServerPlan.counted("127.0.0.1", 1, port)));
    }

    private NatsServer start(NatsBinary binary, SetupResult made) {
        return NatsServer.start(binary, made.folder().resolve("servers/n1.conf"), port);
    }

    private AccountPush.Report push(RawClient system, SetupResult made, List<AccountChange> changes)
            throws SetupFailed {
        return new AccountPush(ed25519, new RawPublisher(system), Clock.systemUTC())
                .run(AccountPush.Options.of(made.folder(), "AUTH", changes, 1, PATIENCE));
    }

    private byte[] inResolver(RawClient system, SetupResult made) throws Exception {
        NKey account = new JwtReader(ed25519).readAccount(file(made)).claims().subject();
        return new RawPublisher(system).lookup(account, PATIENCE).orElseThrow();
    }

    private static List<AccountChange> sealing() {
        try (Seed seed = Seed.generate(NKeyType.CURVE, new SecureRandom())) {
            return List.of(new AccountChange.SealFor(seed.publicKey()));
        }
    }

    /** With one server there is one answer to wait for. */
    private record RawPublisher(RawClient system) implements ClaimsPublisher {
        @Override
        public List<ServerAnswer> push(byte[] jwt, Duration within) {
            JsonNode json =
                    system.request("$SYS.REQ.CLAIMS.UPDATE", jwt, within)
                            .map(message -> json(message.text()))
                            .orElseThrow();
            String server = json.path("server").path("name").asText();
            JsonNode error = json.path("error");
            return List.of(
                    error.isMissingNode()
                            ? new ServerAnswer.Accepted(server)
                            : new ServerAnswer.Refused(server, error.path("description").asText()));
        }

        @Override
        public Optional<byte[]> lookup(NKey account, Duration within) {
            String subject = "$SYS.REQ.ACCOUNT." + account + ".CLAIMS.LOOKUP";
            return system.request(subject, new byte[0], within)
                    .map(answer -> answer.text().getBytes(StandardCharsets.US_ASCII))
                    .filter(jwt -> jwt.length > 0);
        }
    }

    private static byte[] file(SetupResult made) throws Exception {
        return Files.readAllBytes(made.folder().resolve("accounts/AUTH.jwt"));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
