// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Certificates;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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

    @TempDir Path folder;

    /** Item 91, whole: a directory that hangs is in front of everybody, and nobody notices. */
    @Test
    void loginsByToken_whileTheDirectoryBeforeThemHangs_areNotSlowed() throws Exception {
        try (TokenIssuer issuer = TokenIssuer.start();
                DeafPort deaf = DeafPort.open();
                Deployment system =
                        Deployment.start(
                                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST))) {
            system.withPolicy(policy("{ source: corp, groups: ops }"))
                    .withSettings(
                            """
                            authenticators:
                              - name: directory
                                ldap: {urls: ["ldap://127.0.0.1:%d"], base: dc=x}
                                breaker: {failures: 2, pause: 10m}
                              - name: corp
                                oidc: {issuer: "%s", audiences: [nats]}
                            """
                                    .formatted(deaf.port(), issuer.issuer()));
            Instance instance = system.startInstance("a");
            String token =
                    issuer.token("ann", Instant.now(), claims -> claims.claim("groups", "ops"));

            assertThat(login(system, Map.of("auth_token", token)))
                    .isInstanceOf(Login.Admitted.class);
            assertThat(login(system, Map.of("user", "x", "pass", token)))
                    .isInstanceOf(Login.Admitted.class);
            AtomicInteger names = new AtomicInteger();
            Wait.until(
                    "the directory is left alone",
                    Duration.ofSeconds(60),
                    () -> {
                        // Nobody knows whether the directory would know them: silence, not a no.
                        String name = "carl" + names.incrementAndGet();
                        assertThat(login(system, Map.of("user", name, "pass", "secret")))
                                .isNotInstanceOf(Login.Admitted.class);
                        return instance.backends().getFirst().isLeftAlone();
                    });
            assertThat(login(system, Map.of("auth_token", token)))
                    .isInstanceOf(Login.Admitted.class);

            issuer.rotateToElliptic();
            assertThat(
                            login(
                                    system,
                                    Map.of(
                                            "auth_token",
                                            token.substring(0, token.length() - 8) + "AAAAAAAA")))
                    .isNotInstanceOf(Login.Admitted.class);
        }
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
