// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.Namespaces;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.nats.AdminClient;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Instances in network namespaces of their own, each with a nats-server beside it, so that who logs
 * in there is decided by that instance; only the Hazelcast port connects them.
 */
final class SplitSystem implements AutoCloseable {
    private static final int GRID = 5701;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Deployment setup;
    private final Namespaces net;
    private final int port;
    private final Signer admin;
    private final List<InstanceProcess> instances = new ArrayList<>();

    private SplitSystem(Deployment setup, Namespaces net, int port, Signer admin) {
        this.setup = setup;
        this.net = net;
        this.port = port;
        this.admin = admin;
    }

    static SplitSystem start(int count, List<String> users) throws Exception {
        Deployment setup =
                Deployment.prepared(
                        Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST));
        try {
            Namespaces net = Namespaces.create(count, setup.workspace());
            Signer admin;
            Path key = setup.folder().resolve("keys").resolve("admin-requests.nk");
            try (Seed seed = Seed.read(key)) {
                admin = Ed25519.best().signer(seed);
            }
            for (String user : users) {
                setup.withUsers(token(user));
            }
            setup.withPolicy(POLICY);
            String yaml = Files.readString(setup.configuration());
            int port = Integer.parseInt(yaml.replaceAll("(?s).*nats://127.0.0.1:(\\d+).*", "$1"));
            SplitSystem system = new SplitSystem(setup, net, port, admin);
            for (int i = 0; i < count; i++) {
                system.begin(i, count);
            }
            system.instances.forEach(SplitSystem::awaitReady);
            return system;
        } catch (Exception | Error e) {
            setup.close();
            throw e;
        }
    }

    private static void awaitReady(InstanceProcess instance) {
        try {
            instance.awaitReady();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + instance.log(), e);
        }
    }

    private static String token(String user) throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(("token of " + user).getBytes(UTF_8));
        return "  - {name: %s, tokens: [{id: t, hash: \"sha256:%s\"}], groups: [app]}"
                .formatted(user, HexFormat.of().formatHex(hash));
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: app
                when: { groups: [app] }
                grant: { account: APP, publish: { allow: ["app.>"] }, expires: 1h }
            """;

    private void begin(int index, int count) throws IOException {
        Path from = setup.folder();
        Path folder = setup.workspace().dir().resolve("host" + index);
        copy(from, folder);
        Path server = folder.resolve("servers").resolve("n1.conf");
        Files.writeString(
                server,
                Files.readString(server)
                        .replace(from.toString(), folder.toString())
                        .replace("listen: \"127.0.0.1:", "listen: \"0.0.0.0:"));
        List<String> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add("\"" + net.address(i) + ":" + GRID + "\"");
        }
        Path file = folder.resolve("countersign.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        + "cluster-network: {listen: \"%s:%d\", members: %s}%n"
                                .formatted(net.address(index), GRID, members));
        net.startServer(index, NatsBinary.NEWEST, server, setup.workspace());
        instances.add(
                InstanceProcess.start(
                        "i" + index,
                        file,
                        setup.workspace(),
                        new InstanceProcess.Surroundings(net.in(index), List.of())));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    InstanceProcess instance(int index) {
        return instances.get(index);
    }

    Namespaces net() {
        return net;
    }

    /** What the instance there says to somebody with that user's token. */
    Login login(int index, String user) {
        try (RawClient client = RawClient.connect(net.reachedAt(index), port)) {
            return client.login(setup.connect(Map.of("auth_token", "token of " + user)), PATIENCE);
        }
    }

    boolean isRefused(int index, String user) {
        return login(index, user) instanceof Login.Refused;
    }

    boolean isAdmitted(int index, String user) {
        return login(index, user) instanceof Login.Admitted;
    }

    /** Asks the instance there, as an administrator would. */
    JsonNode act(int index, String verb, Map<String, ?> body) throws Exception {
        NatsTarget target =
                new NatsTarget(
                        List.of("nats://" + net.reachedAt(index) + ":" + port),
                        new NatsLogin.Credentials(
                                setup.folder().resolve("creds").resolve("operations.creds")),
                        Optional.empty());
        try (AdminClient client =
                AdminClient.connect(target, admin, "test", RANDOM, Clock.systemUTC())) {
            byte[] answer = client.request(verb, JSON.writeValueAsBytes(body), PATIENCE);
            return JSON.readTree(answer);
        }
    }

    /** Revokes somebody; how many confirmed within the milliseconds. */
    JsonNode revoke(int index, String user, int wait) throws Exception {
        return act(
                index,
                "revoke",
                Map.of("kind", "principal", "value", "users:" + user, "wait", wait));
    }

    @Override
    public void close() {
        setup.close();
    }
}
