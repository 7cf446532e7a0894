// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.Certificates;
import io.countersign.kit.CheapHash;
import io.countersign.kit.DeafPort;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.TokenIssuer;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users from elsewhere, through real servers. */
class AuthenticatorsIT {
    private static String policy(String when) {
        return """
        version: 1
        rules:
          - id: elsewhere
            when: %s
            grant: { account: APP, publish: { allow: ["app.>"] } }
        """
                .formatted(when);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = "correct horse";

    /** Logins that are timed. */
    private static final int LOGINS = 30;

    /** Clients of a directory that hangs. */
    private static final int CROWD = 100;

    @TempDir Path folder;

    /**
     * Item 91, whole: a directory that hangs is in front of everybody. Whoever is none of its
     * business does not notice, with a hundred of its clients waiting; whoever might be gets in by
     * the link behind it; and it is left alone as soon as the settings, changed meanwhile, say so.
     */
    @Test
    void loginsElsewhere_whileTheDirectoryBeforeThemHangs_areNotSlowed() throws Exception {
        try (TokenIssuer issuer = TokenIssuer.start();
                DeafPort deaf = DeafPort.open();
                Deployment system =
                        Deployment.start(
                                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST))) {
            system.withPolicy(policy("{ source: [corp, people] }"))
                    .withSettings(
                            """
                            throttles: []
                            authenticators:
                              - name: directory
                                ldap: {urls: ["ldap://127.0.0.1:%d"], base: dc=x}
                                timeout: 1s
                                breaker: {failures: 1000, pause: 10m}
                              - name: corp
                                oidc: {issuer: "%s", audiences: [nats]}
                              - name: people
                                sql: {jdbc: "jdbc:sqlite:%s", query: "select password_hash from people where name = :name"}
                            """
                                    .formatted(deaf.port(), issuer.issuer(), database()));
            Instance instance = system.startInstance("a");
            String token = issuer.token("ann", Instant.now());
            Map<String, String> byToken = Map.of("auth_token", token);
            Map<String, String> sue = Map.of("user", "sue", "pass", PASSWORD);
            times(system, byToken);
            List<Long> alone = times(system, byToken);

            AtomicBoolean over = new AtomicBoolean();
            List<Thread> crowd = crowd(system, over);
            Wait.until(
                    "the directory has all that it may have",
                    PATIENCE,
                    () -> instance.backends().getFirst().underWay() == 32);
            List<Long> beside = times(system, byToken);
            Chaos.measured(
                    "backend",
                    "logins by token, ms: alone %s, beside a directory that hangs, with %d of its"
                            + " clients waiting, %s",
                    told(alone),
                    CROWD,
                    told(beside));
            assertThat(middle(beside)).as("ms, of which the directory takes 1000").isLessThan(1000);
            over.set(true);
            for (Thread each : crowd) {
                each.join();
            }
            Wait.until(
                    "the link behind it lets her in",
                    PATIENCE,
                    () -> login(system, sue) instanceof Login.Admitted);

            replace(system.configuration(), "failures: 1000", "failures: 2");
            Wait.until(
                    "the settings are in force", PATIENCE, () -> instance.reloads().reloads() > 0);
            Wait.until(
                    "the directory is left alone",
                    PATIENCE,
                    () -> {
                        // Nobody knows whether the directory would know him: silence, not a no.
                        assertThat(login(system, Map.of("user", "carl", "pass", "secret")))
                                .isNotInstanceOf(Login.Admitted.class);
                        return instance.backends().getFirst().isLeftAlone();
                    });
            System.out.printf("logins by password behind it, ms: %s%n", told(times(system, sue)));

            issuer.rotateToElliptic();
            String forged = token.substring(0, token.length() - 8) + "AAAAAAAA";
            assertThat(login(system, Map.of("auth_token", forged)))
                    .isNotInstanceOf(Login.Admitted.class);
            assertThat(login(system, byToken)).isInstanceOf(Login.Admitted.class);
        }
    }

    /** Issue 7: what is remembered of a principal ends with a revocation, however that ends. */
    @Test
    void revokedPrincipal_isForgotten_andAskedAboutWhenItIsLifted() throws Exception {
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST))) {
            Path database = database();
            system.withPolicy(policy("{ source: people }"))
                    .withSettings(
                            """
                            authenticators:
                              - name: people
                                sql: {jdbc: "jdbc:sqlite:%s", query: "select password_hash from people where name = :name"}
                                cache: {for: 10m}
                            """
                                    .formatted(database));
            system.startInstance("a");
            Map<String, String> sue = Map.of("user", "sue", "pass", PASSWORD);
            assertThat(login(system, sue)).isInstanceOf(Login.Admitted.class);
            Jdbi.create("jdbc:sqlite:" + database)
                    .useHandle(handle -> handle.execute("DELETE FROM people"));
            assertThat(login(system, sue)).as("remembered").isInstanceOf(Login.Admitted.class);

            try (Administrator admin = Administrator.of(system)) {
                String id = admin.revoke("principal", "people:sue").path("id").asText();
                assertThat(login(system, sue)).isInstanceOf(Login.Refused.class);
                admin.ask("unrevoke", "{\"id\":\"%s\",\"wait\":20000}".formatted(id));
            }
            assertThat(login(system, sue)).as("gone meanwhile").isInstanceOf(Login.Refused.class);
        }
    }

    private Path database() {
        Path file = folder.resolve("people.db");
        Jdbi.create("jdbc:sqlite:" + file)
                .useHandle(handle -> {
                    handle.execute("CREATE TABLE people (name TEXT, password_hash TEXT)");
                    handle.execute(
                            "INSERT INTO people VALUES (?, ?)",
                            "sue",
                            CheapHash.of(PASSWORD).encoded());
                });
        return file;
    }

    /** Clients whom only the directory could know, again and again, each with a new password. */
    private static List<Thread> crowd(Deployment system, AtomicBoolean over) {
        AtomicInteger passwords = new AtomicInteger();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(
                    Thread.startVirtualThread(() -> {
                        while (!over.get()) {
                            String password = "secret " + passwords.incrementAndGet();
                            login(system, Map.of("user", "carl", "pass", password));
                        }
                    }));
        }
        return crowd;
    }

    /** How long each of some logins took, in ms. */
    private static List<Long> times(Deployment system, Map<String, String> fields) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            long began = System.nanoTime();
            assertThat(login(system, fields)).isInstanceOf(Login.Admitted.class);
            times.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
        }
        return times.stream().sorted().toList();
    }

    private static long middle(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static String told(List<Long> sorted) {
        return "median %d, 9 of 10 within %d, longest %d"
                .formatted(middle(sorted), sorted.get(sorted.size() * 9 / 10), sorted.getLast());
    }

    @Test
    void clientCertificate_throughARealHandshake_namesThePrincipal() throws Exception {
        Certificates authority = Certificates.create(folder, Clock.systemUTC());
        Certificates.Identity server = authority.server();
        Certificates.Identity ours = authority.client("CN=countersign");
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(text -> text + tls(authority, server));
        try (Deployment system = Deployment.start(plan)) {
            replace(
                    system.configuration(),
                    "nats:\n",
                    "nats:\n  tls: {ca: \"%s\", certificate: \"%s\", key: \"%s\"}\n"
                            .formatted(
                                    authority.authorityFile(),
                                    ours.certificateFile(),
                                    ours.keyFile()));
            replace(system.configuration(), "nats://127.0.0.1", "tls://127.0.0.1");
            system.withPolicy(policy("{ source: machines, name: \"spiffe://example.org/orders\" }"))
                    .withSettings(
                            """
                            authenticators:
                              - name: machines
                                certificate: {name: spiffe, issuers: ["%s"], trust-domains: [example.org]}
                            """
                                    .formatted(authority.authorityFile()));
            system.startInstance("a");

            assertThat(
                            login(
                                    system,
                                    authority,
                                    authority.client(
                                            "CN=orders", "uri:spiffe://example.org/orders")))
                    .isInstanceOf(Login.Admitted.class);
            assertThat(
                            login(
                                    system,
                                    authority,
                                    authority.client("CN=orders", "uri:spiffe://other.org/orders")))
                    .isNotInstanceOf(Login.Admitted.class);
            assertThat(login(system, authority, authority.client("CN=orders")))
                    .isNotInstanceOf(Login.Admitted.class);
        }
    }

    private static String tls(Certificates authority, Certificates.Identity server) {
        return "\ntls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }\n"
                .formatted(server.certificateFile(), server.keyFile(), authority.authorityFile());
    }

    private static void replace(Path file, String old, String with) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, with));
    }

    private static Login login(Deployment system, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(fields));
        }
    }

    private static Login login(
            Deployment system, Certificates authority, Certificates.Identity shown) {
        try (RawClient client =
                RawClient.connectTls(
                        "localhost",
                        system.server().port(),
                        authority.sslContext(Optional.of(shown)))) {
            return client.login(system.connect(Map.of()));
        }
    }
}
