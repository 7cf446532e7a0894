// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.cluster.RevocationKind;
import io.countersign.kit.Administrator;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.MqttClient;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.TokenIssuer;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of revocation on a real server: who it names was in and is out, live session and all,
 * and comes in no more; who differs in nothing but that stays, and comes in again.
 */
class RevokedKindsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration NOW = Duration.ofMillis(1);
    private static final String HOST = "127.0.0.1";
    private static final Pattern REVOKED = Pattern.compile("returned an error: revoked ");

    private static TokenIssuer corp;
    private static TokenIssuer partner;
    private static Deployment system;
    private static Administrator admin;
    private static int mqtt;

    /** A login, and the connection while it is there. */
    private record Live(Login login, long cid, Predicate<Duration> awaitClosed, Runnable end)
            implements AutoCloseable {
        boolean isIn() {
            return login instanceof Login.Admitted;
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * @param victim logs in as somebody whom the revocation names
     * @param other logs in as somebody who differs from that in this alone
     * @param value what is revoked, with the victim in
     */
    private record Case(
            Supplier<Live> victim, Supplier<Live> other, Function<Live, String> value) {}

    @BeforeAll
    static void start() throws Exception {
        corp = TokenIssuer.start();
        partner = TokenIssuer.start();
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(conf -> conf + "\nmqtt { listen: \"127.0.0.1:-1\" }\n");
        system = Deployment.start(plan);
        system.withUsers(users())
                .withPolicy(POLICY)
                .withSettings(
                        """
                        authenticators:
                          - name: corp
                            oidc: {issuer: "%s", audiences: [nats]}
                          - name: partner
                            oidc: {issuer: "%s", audiences: [nats]}
                        """
                                .formatted(corp.issuer(), partner.issuer()));
        system.startInstance("a");
        admin = Administrator.of(system);
        String line = "Listening for MQTT clients on mqtt://127.0.0.1:(\\d+)";
        mqtt = Integer.parseInt(system.server().awaitLog(line).group(1));
    }

    @AfterAll
    static void close() {
        if (admin != null) {
            admin.close();
        }
        if (system != null) {
            system.close();
        }
        corp.close();
        partner.close();
    }

    @ParameterizedTest
    @EnumSource
    void revoke_eachKind_endsAndRefusesWhomItNamesAndNobodyElse(RevocationKind kind)
            throws Exception {
        Case it = of(kind);
        try (Live victim = it.victim().get();
                Live other = it.other().get()) {
            assertThat(victim.isIn()).as(() -> "victim: " + victim.login()).isTrue();
            assertThat(other.isIn()).as(() -> "other: " + other.login()).isTrue();
            long refused = refused();

            JsonNode revoked = admin.revoke(kind.word(), it.value().apply(victim));

            assertThat(revoked.path("sessions").path("ended").asInt())
                    .as(revoked::toPrettyString)
                    .isEqualTo(1);
            assertThat(victim.awaitClosed().test(PATIENCE)).isTrue();
            try (Live again = it.victim().get()) {
                // A session is one connection: who comes back has another one.
                assertThat(again.isIn()).isEqualTo(kind == RevocationKind.SESSION);
            }
            if (kind != RevocationKind.SESSION) {
                Wait.until("the server's log says so", PATIENCE, () -> refused() > refused);
            }
            assertThat(other.awaitClosed().test(NOW)).isFalse();
            try (Live again = it.other().get()) {
                assertThat(again.isIn()).as(() -> "other: " + again.login()).isTrue();
            }
            admin.ask("unrevoke", "{\"id\":\"%s\"}".formatted(revoked.path("id").asText()));
            try (Live again = it.victim().get()) {
                assertThat(again.isIn()).as(() -> "lifted: " + again.login()).isTrue();
            }
        }
    }

    private static Case of(RevocationKind kind) throws Exception {
        Instant now = Instant.now();
        return switch (kind) {
            case PRINCIPAL -> named(() -> user("ann"), () -> user("bob"), "users:ann");
            // Both are the same user's.
            case CREDENTIAL ->
                    new Case(
                            () -> token("first"),
                            () -> token("second"),
                            it -> listed(it, "fingerprint"));
            case TOKEN -> named(tokenOf(corp, "one", now), tokenOf(corp, "two", now), "one");
            case ISSUER ->
                    named(tokenOf(partner, "id", now), tokenOf(corp, "id", now), partner.issuer());
            case ACCOUNT -> named(() -> user("elsewhere"), () -> user("bob"), "OTHER");
            case ADDRESS ->
                    named(
                            () -> user("bob", "127.9.1.7"),
                            () -> user("bob", "127.9.2.7"),
                            "127.9.1.0/24");
            case CLIENT -> named(() -> thing("pump-1"), () -> thing("pump-2"), "pump-1");
            case SESSION ->
                    new Case(() -> user("ann"), () -> user("bob"), it -> listed(it, "session"));
            case ISSUED_BEFORE ->
                    named(
                            tokenOf(corp, "old", now.minusSeconds(600)),
                            tokenOf(corp, "new", now),
                            now.minusSeconds(300).toString());
        };
    }

    private static Case named(Supplier<Live> victim, Supplier<Live> other, String value) {
        return new Case(victim, other, _ -> value);
    }

    /** What an administrator sees of the session. */
    private static String listed(Live live, String field) {
        for (JsonNode each : admin.ask("sessions", "{}").path("sessions")) {
            if (each.path("cid").asLong() == live.cid()) {
                return each.path(field).asText();
            }
        }
        throw new AssertionError("cid " + live.cid() + ": no such session");
    }

    private static Live user(String name) {
        return user(name, HOST);
    }

    private static Live user(String name, String from) {
        return raw(from, Map.of("user", name, "pass", "secret"));
    }

    private static Live token(String text) {
        return raw(HOST, Map.of("auth_token", text));
    }

    private static Supplier<Live> tokenOf(TokenIssuer issuer, String id, Instant issued) {
        String text =
                issuer.token(
                        "carl",
                        issued,
                        claims ->
                                claims.jwtID(id)
                                        .expirationTime(Date.from(issued.plusSeconds(7200))));
        return () -> token(text);
    }

    private static Live raw(String from, Map<String, Object> fields) {
        RawClient client = RawClient.connectFrom(from, system.server());
        return new Live(
                client.login(fields, PATIENCE), client.cid(), client::awaitClosed, client::close);
    }

    /** A server that has just started refuses MQTT clients until its streams are there. */
    private static Live thing(String id) {
        return Wait.forValue(
                "an answer to an MQTT login",
                PATIENCE,
                () -> {
                    long before = refused();
                    MqttClient client = MqttClient.connect(HOST, mqtt);
                    Login login = client.login(id, "thing", "secret");
                    if (login instanceof Login.Admitted || refused() > before) {
                        return Optional.of(new Live(login, 0, client::awaitClosed, client::close));
                    }
                    client.close();
                    return Optional.empty();
                });
    }

    private static long refused() {
        return REVOKED.matcher(system.server().log()).results().count();
    }

    private static String users() throws Exception {
        String hash = CheapHash.of("secret").encoded();
        StringBuilder users = new StringBuilder();
        for (String name : new String[] {"ann", "bob", "thing", "elsewhere"}) {
            users.append(
                    "  - { name: %s, password: \"%s\", groups: [%s] }%n"
                            .formatted(name, hash, name.equals("elsewhere") ? "other" : "app"));
        }
        return users
                + "  - { name: robot, groups: [app], tokens: [%s, %s] }%n"
                        .formatted(hashed("first"), hashed("second"));
    }

    private static String hashed(String token) throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        return "{ id: %s, hash: \"sha256:%s\" }".formatted(token, HexFormat.of().formatHex(hash));
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: elsewhere
                when: { groups: other }
                grant: { account: OTHER, publish: { allow: ["app.>"] }, expires: 1h }
              - id: users
                when: { source: users }
                grant: { account: APP, publish: { allow: [">"], everything: true }, subscribe: { allow: [">"], everything: true }, expires: 1h }
              - id: corp
                when: { source: corp }
                grant: { account: APP, publish: { allow: ["app.>"] }, expires: 1h }
              - id: partner
                when: { source: partner }
                grant: { account: APP, publish: { allow: ["app.>"] }, expires: 1h }
            """;
}
