// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Secrets of every kind go through a whole instance, good ones and wrong ones. Then everything that
 * it wrote or said is searched for them: trail, stream, sink, log, service discovery, metrics.
 */
class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Seeds, and JWTs. */
    private static final Pattern KEY_MATERIAL =
            Pattern.compile("S[ACNOUX][A-Z2-7]{56}|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private final Map<String, String> markers = new LinkedHashMap<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.countersign");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Seed robotSeed = Seed.generate(NKeyType.USER, RANDOM);
    private final Signer robot = Ed25519.best().signer(robotSeed);

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.V2_10),
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST));
    }

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        logger.setLevel(null);
        logger.detachAppender(logged);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void secretsOfEveryKind_areNowhereAfterwards(Deployment.Plan plan) throws Exception {
        try (Deployment system = Deployment.start(plan)) {
            makeMarkers(system);
            system.withUsers(users())
                    .withPolicy(POLICY)
                    .withTelemetry("")
                    .withSettings("audit: {sinks: [{name: kept, file: sink.jsonl}]}");
            Queue<byte[]> streamed = new ConcurrentLinkedQueue<>();
            Connection operations =
                    new DeploymentKeys(system.folder(), plan.mode())
                            .connect(system.server(), "operations");
            try {
                operations
                        .createDispatcher()
                        .subscribe("countersign.audit.>", m -> streamed.add(bytes(m)));
                operations.flush(PATIENCE);
                Instance instance = system.startInstance("a");
                logins(system);
                Wait.until(
                        "everything is relayed and handed over",
                        PATIENCE,
                        () ->
                                instance.relay().orElseThrow().behind() == 0
                                        && instance.sinks().getFirst().behind() == 0);
                byte[] discovered = discovery(operations);
                byte[] measured = telemetry(instance);
                operations.flush(PATIENCE);

                // Each place has what it should have, so the search is not in vain.
                assertClean("trail", trail(system), "users:ann");
                assertClean("stream", joined(streamed), "users:ann");
                assertClean("sink", read(system.folder().resolve("sink.jsonl")), "users:ann");
                assertClean("discovery", discovered, "$SYS.REQ.USER.AUTH");
                assertClean("metrics and health", measured, "countersign_decisions_total");
            } finally {
                operations.close();
            }
        }
        assertClean("log", logText(), "is relayed", "relaying log");
    }

    private void makeMarkers(Deployment system) throws IOException {
        for (String name : List.of("pass", "token", "wrong-pass", "wrong-token", "same", "sig")) {
            markers.put(name, "Mark" + HexFormat.of().formatHex(random(18)));
        }
        markers.put(
                "jwt-as-user",
                "eyJ" + base64(random(30)) + "." + base64(random(60)) + "." + base64(random(64)));
        byte[] seed = robotSeed.encoded();
        markers.put("seed-as-user", new String(seed, StandardCharsets.US_ASCII));
        int number = 0;
        try (Stream<Path> files = Files.walk(system.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher material =
                        KEY_MATERIAL.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (material.find()) {
                    markers.put(file.getFileName() + " " + number++, material.group());
                }
            }
        }
        markers.put("alice", system.password("alice"));
        assertThat(number).isPositive();
    }

    private String marker(String name) {
        return markers.getOrDefault(name, "");
    }

    private void logins(Deployment system) {
        assertThat(login(system, Map.of("user", "ann", "pass", marker("pass"))))
                .isInstanceOf(Login.Admitted.class);
        assertThat(login(system, Map.of("auth_token", marker("token"))))
                .isInstanceOf(Login.Admitted.class);
        try (RawClient client = RawClient.connect(system.server())) {
            Login login =
                    client.login(
                            system.connect(Map.of("nkey", robot.key().text())),
                            nonce -> {
                                byte[] sig = robot.sign(nonce);
                                markers.put("a signature", base64(sig));
                                return sig;
                            });
            assertThat(login).isInstanceOf(Login.Admitted.class);
        }
        for (Map<String, String> wrong :
                List.of(
                        Map.of("user", "ann", "pass", marker("wrong-pass")),
                        Map.of("user", "nobody", "pass", marker("wrong-pass")),
                        Map.of("auth_token", marker("wrong-token")),
                        Map.of("user", marker("same"), "pass", marker("same")),
                        Map.of("user", marker("jwt-as-user"), "pass", "x"),
                        Map.of("user", marker("seed-as-user"), "pass", "x"),
                        Map.of("user", "ann", "pass", "x", "jwt", marker("jwt-as-user")),
                        Map.of("nkey", robot.key().text(), "sig", marker("sig")))) {
            assertThat(login(system, wrong)).isNotInstanceOf(Login.Admitted.class);
        }
    }

    private static Login login(Deployment system, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(fields));
        }
    }

    private static byte[] discovery(Connection operations) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String verb : List.of("PING", "INFO", "STATS")) {
            Message answer = operations.request("$SRV." + verb + ".countersign", null, PATIENCE);
            assertThat(answer).as(verb).isNotNull();
            all.writeBytes(bytes(answer));
        }
        return all.toByteArray();
    }

    private static byte[] bytes(Message message) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (message.hasHeaders()) {
            all.writeBytes(message.getHeaders().getSerialized());
        }
        all.writeBytes(message.getData());
        return all.toByteArray();
    }

    private static byte[] joined(Iterable<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Every file of the trail but the checkpoint key, which is a secret on purpose. */
    private static byte[] trail(Deployment system) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(system.folder().resolve("audit"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("checkpoint.nk")) {
                    all.add(Files.readAllBytes(file));
                }
            }
        }
        return joined(all);
    }

    private static byte[] telemetry(Instance instance) throws IOException, InterruptedException {
        List<byte[]> all = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path : List.of("/metrics", "/readyz", "/livez")) {
                URI uri =
                        URI.create(
                                "http://127.0.0.1:%d%s"
                                        .formatted(instance.telemetryPort().orElseThrow(), path));
                HttpRequest request = HttpRequest.newBuilder(uri).build();
                all.add(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
            }
        }
        return joined(all);
    }

    private static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    private byte[] logText() {
        List<byte[]> all = new ArrayList<>();
        for (ILoggingEvent event : List.copyOf(logged.list)) {
            String thrown =
                    Optional.ofNullable(event.getThrowableProxy())
                            .map(t -> t.getClassName() + ": " + t.getMessage())
                            .orElse("");
            all.add(
                    (event.getFormattedMessage() + "\n" + thrown + "\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        return joined(all);
    }

    private void assertClean(String place, byte[] found, String... oneOfThese) {
        String text = new String(found, StandardCharsets.ISO_8859_1);
        assertThat(Stream.of(oneOfThese).anyMatch(text::contains)).as(place).isTrue();
        markers.forEach((name, secret) -> {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            for (String form :
                    List.of(
                            secret,
                            base64(bytes),
                            Base64.getEncoder().encodeToString(bytes),
                            HexFormat.of().formatHex(bytes))) {
                assertThat(text.contains(form)).as("%s holds %s", place, name).isFalse();
            }
        });
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String users() throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(marker("token").getBytes(StandardCharsets.UTF_8));
        return """
          - { name: ann, password: "%s" }
          - { name: sensor, tokens: [{ id: first, hash: "sha256:%s" }] }
          - { name: robot, nkeys: [%s] }
        """
                .formatted(
                        CheapHash.of(marker("pass")).encoded(),
                        HexFormat.of().formatHex(hash),
                        robot.key().text());
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: all
                broad: true
                grant: { account: APP, publish: { allow: ["app.>"] } }
            """;
}
