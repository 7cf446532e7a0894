// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Message;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Account JWTs pushed into a running resolver. Checklist 82. */
class AccountPushIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();

    @ParameterizedTest
    @EnumSource
    void push_newVersion_isInTheResolverAlsoAfterARestart(NatsBinary binary) throws Exception {
        int port = FreePorts.one();
        SetupResult made =
                Made.OPERATOR.run(
                        SetupOptions.in(dir.resolve("made"))
                                .withServers(ServerPlan.counted("127.0.0.1", 1, port)));
        byte[] old = file(made);
        NKey xkey = xkey();
        try (NatsServer server =
                        NatsServer.start(binary, made.folder().resolve("servers/n1.conf"), port);
                RawClient system =
                        new SetupUsers(made.folder(), ed25519).withCreds(port, "system")) {
            AccountPush push =
                    new AccountPush(
                            ed25519,
                            (jwt, within) -> List.of(answer(system, jwt, within)),
                            Clock.systemUTC());
            AccountPush.Report report =
                    push.run(
                            AccountPush.Options.of(
                                    made.folder(),
                                    "AUTH",
                                    List.of(new AccountChange.SealFor(xkey)),
                                    1,
                                    PATIENCE));
            assertThat(report.lines()).containsExactly("account AUTH: 1 of 1 servers have it");
            assertThat(inResolver(system, made)).isEqualTo(file(made)).isNotEqualTo(old);

            server.restart(); // with the old one in resolver_preload
            try (RawClient again =
                    new SetupUsers(made.folder(), ed25519).withCreds(port, "system")) {
                assertThat(inResolver(again, made)).isEqualTo(file(made));
            }
        }
    }

    private static ServerAnswer answer(RawClient system, byte[] jwt, Duration within) {
        JsonNode json =
                system.request("$SYS.REQ.CLAIMS.UPDATE", jwt, within)
                        .map(message -> json(message.text()))
                        .orElseThrow();
        String server = json.path("server").path("name").asText();
        return json.has("error")
                ? new ServerAnswer.Refused(server, json.path("error").path("description").asText())
                : new ServerAnswer.Accepted(server);
    }

    private byte[] inResolver(RawClient system, SetupResult made) throws Exception {
        String account = new JwtReader(ed25519).readAccount(file(made)).claims().subject().text();
        Message answer =
                system.request(
                                "$SYS.REQ.ACCOUNT." + account + ".CLAIMS.LOOKUP",
                                new byte[0],
                                PATIENCE)
                        .orElseThrow();
        return answer.text().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] file(SetupResult made) throws Exception {
        return Files.readAllBytes(made.folder().resolve("accounts/AUTH.jwt"));
    }

    private static NKey xkey() {
        try (Seed seed = Seed.generate(NKeyType.CURVE, new SecureRandom())) {
            return seed.publicKey();
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
