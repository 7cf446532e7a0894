// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import io.countersign.cli.Instance;
import io.countersign.kit.Certificates;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Io;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.TokenIssuer;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link SecretsIT}, for credentials that somebody else judges, and for what we log in with
 * there: good ones, wrong ones, and backends that fail and repeat the secret in their error.
 */
@Tag("beside")
class BackendSecretsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "dc=example,dc=org";

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: all
                broad: true
                grant: { account: APP, publish: { allow: ["app.>"] } }
            """;

    @TempDir private Path folder;
    private final SecretSearch search = new SecretSearch();
    private final TokenIssuer issuer = TokenIssuer.start();
    private final HttpStub stub = HttpStub.start(this::answer);

    @AfterEach
    void close() {
        search.close();
        issuer.close();
        stub.close();
    }

    @Test
    void credentialsThatOthersJudge_areNowhereAfterwards() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan);
                InMemoryDirectoryServer directory = directory()) {
            system.withPolicy(POLICY).withTelemetry("").withSettings(settings(directory));
            Queue<byte[]> streamed = new ConcurrentLinkedQueue<>();
            Connection operations =
                    new DeploymentKeys(system.folder(), plan.mode())
                            .connect(system.server(), "operations");
            try {
                operations
                        .createDispatcher()
                        .subscribe("countersign.audit.>", m -> streamed.add(SecretSearch.bytes(m)));
                operations.flush(SecretSearch.PATIENCE);
                Instance instance = system.startInstance("a");

                goodOnes(system);
                wrongOnes(system);

                Wait.until(
                        "everything is relayed",
                        SecretSearch.PATIENCE,
                        () -> instance.relay().orElseThrow().behind() == 0);
                operations.flush(SecretSearch.PATIENCE);
                search.assertClean("trail", SecretSearch.trail(system), "hook:ann");
                search.assertClean("stream", SecretSearch.joined(streamed), "hook:ann");
                search.assertClean(
                        "discovery", SecretSearch.discovery(operations), "$SYS.REQ.USER.AUTH");
                search.assertClean(
                        "metrics and health", SecretSearch.telemetry(instance), "source=\"hook\"");
            } finally {
                operations.close();
            }
        }
        search.assertClean("log", search.logText(), "is relayed", "relaying log");
    }

    /** The certificate is no secret; the key that proves it is, and stays with the client. */
    @Test
    void clientCertificate_leavesNothingBehind() throws Exception {
        Certificates authority = Certificates.create(folder, Clock.systemUTC());
        Certificates.Identity server = authority.server();
        Certificates.Identity ours = authority.client("CN=countersign");
        Certificates.Identity shown = authority.client("CN=orders", "dns:orders.example.org");
        search.keep("the client's key", body(shown.keyFile()));
        search.keep("our own key", body(ours.keyFile()));
        search.keep(
                "the certificate",
                Base64.getEncoder().encodeToString(shown.certificate().getEncoded()));
        String tls =
                "\ntls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }\n"
                        .formatted(
                                server.certificateFile(),
                                server.keyFile(),
                                authority.authorityFile());
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(text -> text + tls);
        try (Deployment system = Deployment.start(plan)) {
            String config = Files.readString(system.configuration());
            Files.writeString(
                    system.configuration(),
                    config.replace("nats://127.0.0.1", "tls://127.0.0.1")
                            .replace(
                                    "nats:\n",
                                    "nats:\n  tls: {ca: \"%s\", certificate: \"%s\", key: \"%s\"}\n"
                                            .formatted(
                                                    authority.authorityFile(),
                                                    ours.certificateFile(),
                                                    ours.keyFile())));
            system.withPolicy(POLICY)
                    .withTelemetry("")
                    .withSettings(
                            """
                            authenticators:
                              - name: machines
                                certificate: {name: common-name, issuers: ["%s"]}
                            """
                                    .formatted(authority.authorityFile()));
            Instance instance = system.startInstance("a");
            try (RawClient client =
                    RawClient.connectTls(
                            "localhost",
                            system.server().port(),
                            authority.sslContext(Optional.of(shown)))) {
                assertThat(client.login(system.connect(Map.of())))
                        .isInstanceOf(Login.Admitted.class);
            }
            search.assertClean("trail", SecretSearch.trail(system), "machines:orders");
            search.assertClean("metrics", SecretSearch.telemetry(instance), "machines");
        }
        search.assertClean("log", search.logText(), "ready on");
    }

    private static String body(Path pem) throws IOException {
        return Files.readAllLines(pem).get(1).strip();
    }

    private void goodOnes(Deployment system) {
        admitted(system, Map.of("auth_token", token("ann")));
        admitted(system, Map.of("user", "whoever", "pass", token("bea")));
        admitted(system, Map.of("auth_token", "at_" + search.secret("opaque token")));
        admitted(system, Map.of("auth_token", podToken("good pod token")));
        admitted(system, Map.of("user", "sue", "pass", search.of("password in the database")));
        admitted(system, Map.of("user", "lea", "pass", search.of("password in the directory")));
        admitted(system, Map.of("user", "ann", "pass", search.of("password of the webhook")));
    }

    private void wrongOnes(Deployment system) {
        String good = token("carl");
        refused(system, Map.of("auth_token", search.keep("forged", good + "AAAA")));
        refused(system, Map.of("auth_token", "at_" + search.secret("inactive")));
        refused(system, Map.of("auth_token", "at_" + search.of("echoed token")));
        refused(system, Map.of("auth_token", podToken("wrong pod token")));
        for (String name : List.of("sue", "lea", "ann", "nobody", "echo")) {
            refused(system, Map.of("user", name, "pass", search.secret("wrong for " + name)));
        }
    }

    private static void admitted(Deployment system, Map<String, String> fields) {
        assertThat(login(system, fields))
                .as(fields.keySet()::toString)
                .isInstanceOf(Login.Admitted.class);
    }

    private static void refused(Deployment system, Map<String, String> fields) {
        assertThat(login(system, fields)).isNotInstanceOf(Login.Admitted.class);
    }

    private static Login login(Deployment system, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(fields));
        }
    }

    private String token(String name) {
        return search.keep("token of " + name, issuer.token(name, Instant.now()));
    }

    /** A service account's token; only the stub judges its signature. */
    private String podToken(String name) {
        String claims =
                "{\"iss\":\"https://kubernetes.default.svc\",\"sub\":\"system:serviceaccount:prod:x\",\"exp\":%d}"
                        .formatted(Instant.now().plusSeconds(3600).getEpochSecond());
        return search.keep(
                name,
                "eyJhbGciOiJSUzI1NiJ9.%s.%s"
                        .formatted(
                                SecretSearch.base64(claims.getBytes(StandardCharsets.UTF_8)),
                                search.secret(name + "'s signature")));
    }

    /** Introspection, TokenReview and webhook; wrong ones are repeated in errors, as some do. */
    private HttpStub.Answer answer(HttpStub.Asked asked) {
        String body = new String(asked.body(), StandardCharsets.UTF_8);
        return switch (asked.path()) {
            case "/introspect" ->
                    introspected(asked, URLDecoder.decode(body, StandardCharsets.UTF_8));
            case "/hook" -> hook(asked, Io.get(() -> JSON.readTree(body)));
            default -> reviewed(asked, Io.get(() -> JSON.readTree(body)));
        };
    }

    private HttpStub.Answer introspected(HttpStub.Asked asked, String body) {
        boolean ours =
                asked.header()
                        .apply("Authorization")
                        .equals(
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        ("countersign:"
                                                                        + search.of(
                                                                                "client secret"))
                                                                .getBytes(StandardCharsets.UTF_8)));
        if (!ours || body.contains(search.of("echoed token"))) {
            return HttpStub.Answer.json(500, "{\"error\":\"" + body + "\"}");
        }
        return HttpStub.Answer.json(
                200,
                body.contains(search.of("opaque token"))
                        ? "{\"active\":true,\"sub\":\"opal\"}"
                        : "{\"active\":false}");
    }

    private HttpStub.Answer reviewed(HttpStub.Asked asked, JsonNode review) {
        String token = review.path("spec").path("token").asText();
        if (!asked.header().apply("Authorization").equals("Bearer " + search.of("our pod token"))) {
            return HttpStub.Answer.json(401, "{\"message\":\"" + token + "\"}");
        }
        return HttpStub.Answer.json(
                201,
                token.equals(search.of("good pod token"))
                        ? "{\"status\":{\"authenticated\":true,\"audiences\":[\"nats\"],\"user\":{\"username\":\"system:serviceaccount:prod:x\",\"groups\":[]}}}"
                        : "{\"status\":{\"authenticated\":false,\"error\":\"" + token + "\"}}");
    }

    private HttpStub.Answer hook(HttpStub.Asked asked, JsonNode question) {
        JsonNode credential = question.path("credential");
        String user = credential.path("user").asText();
        String password = credential.path("password").asText();
        if (user.equals("echo")) {
            return HttpStub.Answer.json(500, "{\"error\":\"no " + password + "\"}");
        }
        String answer =
                !user.equals("ann")
                        ? "{\"answer\":\"not-mine\"}"
                        : password.equals(search.of("password of the webhook"))
                                ? "{\"answer\":\"authenticated\",\"name\":\"ann\"}"
                                : "{\"answer\":\"rejected\",\"reason\":\"bad-credential\"}";
        String head = "v1\nanswer\n\n" + asked.header().apply("Countersign-Id") + "\n";
        return new HttpStub.Answer(
                200,
                answer.getBytes(StandardCharsets.UTF_8),
                Map.of(
                        "Countersign-Signature",
                        "v1=" + hmac(search.of("webhook key"), head + answer)));
    }

    private static String hmac(String key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private InMemoryDirectoryServer directory() throws LDAPException, LDIFException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.addAdditionalBindCredentials("cn=service," + BASE, search.secret("bind password"));
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "plain", InetAddress.getLoopbackAddress(), 0, null));
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.startListening();
        server.add("dn: " + BASE, "objectClass: top", "objectClass: domain", "dc: example");
        server.add(
                "dn: uid=lea," + BASE,
                "objectClass: person",
                "uid: lea",
                "userPassword: " + search.secret("password in the directory"));
        return server;
    }

    private String database() throws Exception {
        Path file = folder.resolve("people.db");
        String hash = CheapHash.of(search.secret("password in the database")).encoded();
        search.keep("hash in the database", hash);
        Jdbi.create("jdbc:sqlite:" + file)
                .useHandle(handle -> {
                    handle.execute("CREATE TABLE people (name TEXT, password_hash TEXT)");
                    handle.execute("INSERT INTO people VALUES (?, ?)", "sue", hash);
                });
        return file.toString();
    }

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name.replace(' ', '-'));
        Files.writeString(file, search.secret(name));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private String settings(InMemoryDirectoryServer directory) throws Exception {
        Path bind = folder.resolve("bind");
        Files.writeString(bind, search.of("bind password"));
        Files.setPosixFilePermissions(bind, PosixFilePermissions.fromString("rw-------"));
        search.secret("password of the webhook");
        search.secret("echoed token");
        return """
        authenticators:
          - name: corp
            oidc: {issuer: "%1$s", audiences: [nats]}
          - name: opaque
            introspection: {url: "%2$s/introspect", client-id: countersign, client-secret: {file: "%3$s"}, prefix: at_}
          - name: pods
            kubernetes: {audiences: [nats], api-server: "%2$s", token: {file: "%4$s"}}
          - name: people
            sql: {jdbc: "jdbc:sqlite:%5$s", query: "select password_hash from people where name = :name"}
          - name: directory
            ldap: {urls: ["ldap://127.0.0.1:%6$d"], bind-dn: "cn=service,%7$s", password: {file: "%8$s"}, base: "%7$s"}
          - name: hook
            webhook: {url: "%2$s/hook", secret: {file: "%9$s"}}
        """
                .formatted(
                        issuer.issuer(),
                        stub.url(),
                        file("client secret"),
                        file("our pod token"),
                        database(),
                        directory.getListenPort("plain"),
                        BASE,
                        bind,
                        file("webhook key"));
    }
}
