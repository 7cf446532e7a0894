// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Secrets of every kind go through a whole instance, good ones and wrong ones. Then everything that
 * it wrote or said is searched for them: trail, stream, sink, log, service discovery, metrics.
 */
class SecretsIT {
    private static final Duration PATIENCE = SecretSearch.PATIENCE;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Seeds, and JWTs. */
    private static final Pattern KEY_MATERIAL =
            Pattern.compile("S[ACNOUX][A-Z2-7]{56}|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private final SecretSearch search = new SecretSearch();
    private final Seed robotSeed = Seed.generate(NKeyType.USER, RANDOM);
    private final Signer robot = Ed25519.best().signer(robotSeed);

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.V2_10),
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST));
    }

    @AfterEach
    void close() {
        search.close();
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
                        .subscribe("countersign.audit.>", m -> streamed.add(SecretSearch.bytes(m)));
                operations.flush(PATIENCE);
                Instance instance = system.startInstance("a");
                logins(system);
                Wait.until(
                        "everything is relayed and handed over",
                        PATIENCE,
                        () ->
                                instance.relay().orElseThrow().behind() == 0
                                        && instance.sinks().getFirst().behind() == 0);
                byte[] discovered = SecretSearch.discovery(operations);
                byte[] measured = SecretSearch.telemetry(instance);
                operations.flush(PATIENCE);

                search.assertClean("trail", SecretSearch.trail(system), "users:ann");
                search.assertClean("stream", SecretSearch.joined(streamed), "users:ann");
                search.assertClean(
                        "sink",
                        Files.readAllBytes(system.folder().resolve("sink.jsonl")),
                        "users:ann");
                search.assertClean("discovery", discovered, "$SYS.REQ.USER.AUTH");
                search.assertClean("metrics and health", measured, "countersign_decisions_total");
            } finally {
                operations.close();
            }
        }
        search.assertClean("log", search.logText(), "is relayed", "relaying log");
    }

    private void makeMarkers(Deployment system) throws IOException {
        for (String name : List.of("pass", "token", "wrong-pass", "wrong-token", "same", "sig")) {
            search.secret(name);
        }
        search.keep(
                "jwt-as-user",
                "eyJ"
                        + SecretSearch.base64(SecretSearch.random(30))
                        + "."
                        + SecretSearch.base64(SecretSearch.random(60))
                        + "."
                        + SecretSearch.base64(SecretSearch.random(64)));
        byte[] seed = robotSeed.encoded();
        search.keep("seed-as-user", new String(seed, StandardCharsets.US_ASCII));
        int number = 0;
        try (Stream<Path> files = Files.walk(system.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher material =
                        KEY_MATERIAL.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (material.find()) {
                    search.keep(file.getFileName() + " " + number++, material.group());
                }
            }
        }
        search.keep("alice", system.password("alice"));
        assertThat(number).isPositive();
    }

    private void logins(Deployment system) {
        assertThat(login(system, Map.of("user", "ann", "pass", search.of("pass"))))
                .isInstanceOf(Login.Admitted.class);
        assertThat(login(system, Map.of("auth_token", search.of("token"))))
                .isInstanceOf(Login.Admitted.class);
        try (RawClient client = RawClient.connect(system.server())) {
            Login login =
                    client.login(
                            system.connect(Map.of("nkey", robot.key().text())),
                            nonce -> {
                                byte[] sig = robot.sign(nonce);
                                search.keep("a signature", SecretSearch.base64(sig));
                                return sig;
                            });
            assertThat(login).isInstanceOf(Login.Admitted.class);
        }
        for (Map<String, String> wrong :
                List.of(
                        Map.of("user", "ann", "pass", search.of("wrong-pass")),
                        Map.of("user", "nobody", "pass", search.of("wrong-pass")),
                        Map.of("auth_token", search.of("wrong-token")),
                        Map.of("user", search.of("same"), "pass", search.of("same")),
                        Map.of("user", search.of("jwt-as-user"), "pass", "x"),
                        Map.of("user", search.of("seed-as-user"), "pass", "x"),
                        Map.of("user", "ann", "pass", "x", "jwt", search.of("jwt-as-user")),
                        Map.of("nkey", robot.key().text(), "sig", search.of("sig")))) {
            assertThat(login(system, wrong)).isNotInstanceOf(Login.Admitted.class);
        }
    }

    private static Login login(Deployment system, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(fields));
        }
    }

    private String users() throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(search.of("token").getBytes(StandardCharsets.UTF_8));
        return """
          - { name: ann, password: "%s" }
          - { name: sensor, tokens: [{ id: first, hash: "sha256:%s" }] }
          - { name: robot, nkeys: [%s] }
        """
                .formatted(
                        CheapHash.of(search.of("pass")).encoded(),
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
