// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.identity.users.PasswordHash;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One scenario in every shape of deployment: who gets in, with what, and why the others do not. */
@Tag("beside")
class LoginIT {
    private static final String TOKEN = "a-token-that-nobody-guesses";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PasswordHash secret = CheapHash.of("secret");
    private final Signer robot =
            Ed25519.best().signer(Seed.generate(NKeyType.USER, new SecureRandom()));
    private Optional<Deployment> running = Optional.empty();

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(Deployment.Mode.values())
                .flatMap(mode ->
                        Stream.of(NatsBinary.values())
                                .map(binary -> Deployment.Plan.of(mode, binary)))
                .flatMap(plan -> Stream.of(plan, plan.clear()));
    }

    @AfterEach
    void end() {
        running.ifPresent(Deployment::close);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void login_inThisShape_isDecidedByUs(Deployment.Plan plan) {
        Deployment system = Deployment.start(plan);
        running = Optional.of(system);
        system.withUsers(users()).withPolicy(policy());
        var instance = system.startInstance("a");

        assertAdmitted(system, Map.of("user", "ann", "pass", "secret"), Optional.empty());
        assertAdmitted(system, Map.of("auth_token", TOKEN), Optional.empty());
        assertAdmitted(system, Map.of("nkey", robot.key().text()), Optional.of(robot));
        assertRefused(system, "bad-credential", Map.of("user", "ann", "pass", "wrong"));
        assertRefused(system, "no-authenticator", Map.of("user", "nobody", "pass", "x"));
        assertRefused(system, "no-authenticator", Map.of("auth_token", "guessed"));
        assertRefused(system, "address-not-allowed", Map.of("user", "far", "pass", "secret"));
        assertRefused(
                system, "connection-type-not-allowed", Map.of("user", "web", "pass", "secret"));
        assertRefused(system, "no-rule", Map.of("user", "lone", "pass", "secret"));
        assertWrongSignatureIsRefused(system);

        assertThat(instance.refusedAllows()).as("allows that a server did not accept").isZero();
        assertThat(instance.tally().dropped()).as(() -> instance.tally().toString()).isZero();
    }

    /** Permissions are tried, not read. */
    private void assertAdmitted(Deployment system, Map<String, ?> fields, Optional<Signer> signer) {
        try (RawClient client = RawClient.connect(system.server());
                RawClient other = RawClient.connect(system.server())) {
            assertThat(login(system, client, fields, signer))
                    .as(() -> fields.keySet() + "\n" + system.server().log())
                    .isInstanceOf(Login.Admitted.class);
            assertThat(client.canPublish("app.orders")).as("publish app.orders").isTrue();
            assertThat(client.canPublish("app.secret.x")).as("publish app.secret.x").isFalse();
            assertThat(client.canPublish("elsewhere")).as("publish elsewhere").isFalse();
            assertThat(client.canSubscribe("app.orders")).as("subscribe app.orders").isTrue();
            assertThat(client.canSubscribe(">")).as("subscribe >").isFalse();
            // In the same account as everybody else of the rule: a message arrives.
            login(system, other, Map.of("user", "ann", "pass", "secret"), Optional.empty());
            other.subscribe("app.hello");
            other.fence();
            client.publish("app.hello", "hi".getBytes(StandardCharsets.UTF_8));
            assertThat(other.awaitMessage(PATIENCE)).isPresent();
        }
    }

    private static Login login(
            Deployment system, RawClient client, Map<String, ?> fields, Optional<Signer> signer) {
        Map<String, Object> connect = system.connect(fields);
        return signer.isPresent()
                ? client.login(connect, nonce -> signer.get().sign(nonce))
                : client.login(connect);
    }

    /** By our answer and not by time-out: the server's log carries our reason. */
    private static void assertRefused(Deployment system, String reason, Map<String, ?> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            Login login = client.login(system.connect(fields));
            assertThat(login).as(fields::toString).isInstanceOf(Login.Refused.class);
            assertThat(((Login.Refused) login).text()).contains("Authorization Violation");
        }
        awaitReason(system, reason);
    }

    private static void awaitReason(Deployment system, String reason) {
        Pattern ours = Pattern.compile("returned an error: " + reason + " [0-9a-f-]{36}");
        Wait.until(
                "the reason " + reason + " in the server's log",
                PATIENCE,
                () -> ours.matcher(system.server().log()).find());
    }

    private void assertWrongSignatureIsRefused(Deployment system) {
        Signer stranger = Ed25519.best().signer(Seed.generate(NKeyType.USER, new SecureRandom()));
        try (RawClient client = RawClient.connect(system.server())) {
            Login login =
                    client.login(
                            system.connect(Map.of("nkey", robot.key().text())),
                            nonce -> stranger.sign(nonce));
            assertThat(login).isInstanceOf(Login.Refused.class);
        }
    }

    private String users() {
        return """
          - name: ann
            password: %1$s
            groups: [app]
          - name: sensor
            tokens: [{id: first, hash: "sha256:%2$s"}]
            groups: [app]
          - name: robot
            nkeys: [%3$s]
            groups: [app]
          - name: far
            password: %1$s
            groups: [app]
            networks: [10.0.0.0/8]
          - name: web
            password: %1$s
            groups: [web]
          - name: lone
            password: %1$s
        """
                .formatted(secret.encoded(), sha256(TOKEN), robot.key().text());
    }

    private static String policy() {
        return """
        version: 1
        rules:
          - id: app
            when: { groups: [app] }
            grant:
              account: APP
              publish: { allow: ["app.>"], deny: ["app.secret.>"] }
              subscribe: { allow: ["app.>", "_INBOX.>"] }
              expires: 1h
          - id: web
            when: { groups: [web], connection: [websocket] }
            grant:
              account: OTHER
              publish: { allow: ["web.>"] }
              expires: 1h
        """;
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
