// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.countersign.cli.Instance;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.identity.users.PasswordHash;
import io.countersign.nats.relay.RelayStatus;
import io.countersign.setup.OneTimePassword;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.ServerPlan;
import io.countersign.setup.ServerVersion;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupOptions;
import io.countersign.setup.SetupResult;
import io.countersign.setup.StaticSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A whole system as an operator would have it: what {@code setup} writes, real servers that run on
 * it, and instances that answer. Instances run in this JVM or as processes. Everything lives below
 * one temporary folder and ends with {@link #close}. Not thread-safe.
 */
public final class Deployment implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String QUIET = "telemetry:\n  listen: off\n";
    private static final String TELEMETRY = "telemetry:\n  listen: 127.0.0.1:0\n";

    /** How servers know accounts. */
    public enum Mode {
        OPERATOR,
        STATIC
    }

    /**
     * What to build.
     *
     * @param sealed requests and answers go in boxes
     * @param change applied to each server's configuration text
     */
    public record Plan(
            Mode mode,
            NatsBinary binary,
            int servers,
            boolean sealed,
            UnaryOperator<String> change) {
        /** One server, sealed. */
        public static Plan of(Mode mode, NatsBinary binary) {
            return new Plan(mode, binary, 1, true, UnaryOperator.identity());
        }

        public Plan withServers(int count) {
            return new Plan(mode, binary, count, sealed, change);
        }

        public Plan clear() {
            return new Plan(mode, binary, servers, false, change);
        }

        public Plan changing(UnaryOperator<String> configuration) {
            return new Plan(mode, binary, servers, sealed, configuration);
        }

        @Override
        public String toString() {
            return mode + " " + binary + (sealed ? " sealed" : " clear");
        }
    }

    private final Plan plan;
    private final Workspace workspace;
    private final SetupResult setup;
    private final List<NatsServer> servers = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<InstanceProcess> processes = new ArrayList<>();

    private Deployment(Plan plan, Workspace workspace, SetupResult setup) {
        this.plan = plan;
        this.workspace = workspace;
        this.setup = setup;
    }

    /** Sets up and starts the servers; no instance yet. */
    public static Deployment start(Plan plan) {
        Workspace workspace = Workspace.create("countersign-system-");
        try {
            Deployment deployment = new Deployment(plan, workspace, setUp(plan, workspace));
            // Instances of one machine would all want the same port.
            deployment.append("countersign.yaml", QUIET);
            deployment.startServers();
            return deployment;
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    /** Sets up; the test starts servers and instances where it wants them. */
    public static Deployment prepared(Plan plan) {
        Workspace workspace = Workspace.create("countersign-system-");
        try {
            return new Deployment(plan, workspace, setUp(plan, workspace));
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    private static SetupResult setUp(Plan plan, Workspace workspace) {
        List<Integer> ports = FreePorts.several(2 * plan.servers());
        ServerPlan serverPlan =
                ServerPlan.withPorts(
                        "127.0.0.1",
                        ports.subList(0, plan.servers()),
                        ports.subList(plan.servers(), ports.size()));
        SetupOptions options =
                SetupOptions.in(workspace.dir().resolve("setup"))
                        .withCluster("test")
                        .withServers(serverPlan)
                        .withAccounts(List.of("APP", "OTHER"))
                        .withOldestServer(
                                ServerVersion.parse(
                                        plan.binary() == NatsBinary.V2_10 ? "2.10" : "2.11.2"));
        if (!plan.sealed()) {
            options = options.withoutXkey();
        }
        try {
            return switch (plan.mode()) {
                case OPERATOR ->
                        new OperatorSetup(
                                        Ed25519.best(), Deployment::hash, RANDOM, Clock.systemUTC())
                                .run(options);
                case STATIC -> new StaticSetup(Deployment::hash, RANDOM).run(options);
            };
        } catch (SetupFailed e) {
            throw new IllegalStateException(String.join("\n", e.problems()), e);
        }
    }

    private static String hash(OneTimePassword password) {
        return PasswordHash.make(password.reveal().getBytes(StandardCharsets.UTF_8), RANDOM)
                .encoded();
    }

    private void startServers() {
        for (int i = 1; i <= plan.servers(); i++) {
            Path file = folder().resolve("servers").resolve("n" + i + ".conf");
            write(file, plan.change().apply(read(file)));
            int port = Integer.parseInt(urls().get(i - 1).replaceAll(".*:", ""));
            NatsServer server = NatsServer.start(plan.binary(), file, port);
            servers.add(server);
            workspace.beforeRemoval(server::close);
        }
        for (NatsServer server : servers) {
            Wait.until(
                    "routes",
                    PATIENCE,
                    () ->
                            server.monitor("/routez").path("num_routes").asInt()
                                    >= servers.size() - 1);
        }
    }

    /** Where {@code setup} wrote. */
    public Path folder() {
        return setup.folder();
    }

    public Path configuration() {
        return folder().resolve("countersign.yaml");
    }

    /** Client URLs of the servers, as the service was told. */
    private List<String> urls() {
        return read(configuration())
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("- ") && line.contains("nats://"))
                .map(line -> line.substring(2).replace("\"", "").replace("'", ""))
                .toList();
    }

    public List<NatsServer> servers() {
        return List.copyOf(servers);
    }

    public NatsServer server() {
        return servers.getFirst();
    }

    /**
     * The clear text of a password that setup made: of {@code alice}, or of the break-glass user.
     */
    public String password(String user) {
        return setup.passwords().stream()
                .filter(p -> p.user().equals(user))
                .map(OneTimePassword::reveal)
                .findFirst()
                .orElseThrow();
    }

    /** Operator mode: the sentinel's JWT, which clients of old servers send. */
    public Optional<String> sentinel() {
        Path file = folder().resolve("creds").resolve("sentinel.creds");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return read(file).lines().filter(line -> line.startsWith("eyJ")).findFirst();
    }

    /** A CONNECT with these fields, and with the sentinel where the servers want one. */
    public Map<String, Object> connect(Map<String, ?> fields) {
        Map<String, Object> connect = new java.util.LinkedHashMap<>(fields);
        if (plan.mode() == Mode.OPERATOR && plan.binary() == NatsBinary.V2_10) {
            connect.put("jwt", sentinel().orElseThrow());
        }
        return connect;
    }

    /** Puts more users into users.yaml; before instances start. */
    public Deployment withUsers(String yaml) {
        append("users.yaml", yaml);
        return this;
    }

    /** Replaces policy.yaml; before instances start. */
    public Deployment withPolicy(String yaml) {
        write(folder().resolve("policy.yaml"), yaml);
        return this;
    }

    /** Writes {@code next.yaml}, for {@code shadow-policy}; before instances start. */
    public Deployment withShadowPolicy(String yaml) {
        write(folder().resolve("next.yaml"), yaml);
        return this;
    }

    /** Turns metrics and health on, at any free port; before instances start. */
    public Deployment withTelemetry(String canary) {
        String text = read(configuration());
        write(configuration(), text.replace(QUIET, TELEMETRY + canary.indent(2)));
        return this;
    }

    /** Puts more settings into countersign.yaml; before instances start. */
    public Deployment withSettings(String yaml) {
        append("countersign.yaml", yaml);
        return this;
    }

    private void append(String file, String yaml) {
        Path path = folder().resolve(file);
        write(path, read(path) + yaml.indent(0));
    }

    /** Starts an instance in this JVM and waits until it answers. */
    public Instance startInstance(String name) {
        return startInstance(name, configuration());
    }

    /** As the other, with a configuration of its own. */
    public Instance startInstance(String name, Path configuration) {
        try {
            Instance instance =
                    Instance.start(configuration, new Surroundings(Map.of(), Optional.of(name)));
            instances.add(instance);
            instance.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return instance;
        } catch (Exception e) {
            throw new IllegalStateException("instance " + name + " did not start", e);
        }
    }

    /**
     * Starts an instance as a process; {@link InstanceProcess#awaitReady} waits until it answers.
     */
    public InstanceProcess startProcess(String name) {
        InstanceProcess process = InstanceProcess.start(name, configuration(), workspace);
        processes.add(process);
        return process;
    }

    /** Waits until the audit stream has all that an instance recorded, and its checkpoint. */
    public static void awaitRelayed(Instance instance) {
        Wait.until(
                "all of " + instance.name() + " is in the stream",
                PATIENCE,
                () -> {
                    RelayStatus now = instance.relay().orElseThrow();
                    return now.behind() == 0 && now.noted();
                });
    }

    /** For other processes and files of a test. */
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public void close() {
        for (Instance instance : instances) {
            try {
                instance.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        workspace.close();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
