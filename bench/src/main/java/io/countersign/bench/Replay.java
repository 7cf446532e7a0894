// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Sha2;
import io.countersign.kit.FreePorts;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.ServerPlan;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Requests of many simulated servers, made beforehand and published through a real nats-server
 * without auth callout (servers let nobody publish on the subject where there is one), so that the
 * instance is the bottleneck: first as many as it takes, then an open loop at a share of that. A
 * latency counts from the moment at which a request was to be sent. Everything of the instance is
 * on: policy, revocations, replay guard, strict trail, relay, cluster. Not thread-safe.
 */
final class Replay implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERVERS = 24;

    /** Clients and servers give up by then; an answer that comes later is none. */
    private static final long BUDGET_NANOS = 1_500_000_000L;

    /** Asked at once while the capacity is measured: what the default queue holds easily. */
    private static final int WINDOW = 64;

    /** Requests of a round: made beforehand, and none of them old when it is asked. */
    private static final int ROUND = 4_000;

    /** Rounds that are compared with as many before. */
    private static final int ALIKE = 8;

    /** Of the time of those rounds: what the compiler of a steady instance works at most. */
    private static final double COMPILING = 0.05;

    /** Open loops at most until the last one counts. */
    private static final int LOOPS = 6;

    private final Path folder;
    private final NatsServer server;
    private final LoadedInstance instance;
    private final List<RecordedServer> askers = new ArrayList<>();

    /**
     * What came of one run.
     *
     * @param sentPerSecond as was intended
     * @param inTime answers per second that came within the budget
     * @param cpuMicros of the whole process for each decision
     * @param compileSeconds of it that the JVM's compiler took in all
     * @param reasons what was not answered with a yes, by reason
     */
    record Result(
            double sentPerSecond,
            double inTime,
            double p50,
            double p99,
            double p999,
            double cpuMicros,
            double compileSeconds,
            double allocated,
            long heapPeak,
            Map<String, Long> reasons) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "sent %.0f/s, answered in time %.0f/s, p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms,"
                            + " CPU %.0f µs (the compiler worked %.1f s), allocated %.1f KB, heap peak %d MiB, %s",
                    sentPerSecond,
                    inTime,
                    p50,
                    p99,
                    p999,
                    cpuMicros,
                    compileSeconds,
                    allocated / 1000,
                    heapPeak >> 20,
                    reasons);
        }
    }

    Replay(String heap) throws IOException {
        folder = Files.createTempDirectory("countersign-replay-");
        List<Integer> ports = FreePorts.several(3);
        String token = HexFormat.of().formatHex(RANDOM.generateSeed(16));
        Path configuration = setUp(ports, token);
        List<String> below = apart(); // the server inherits what we have ourselves
        server =
                NatsServer.start(
                        NatsBinary.NEWEST,
                        "jetstream { store_dir: \"${dir}/js\" }\nmax_payload: 8MB\n");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replace("nats://127.0.0.1:" + ports.get(0), server.url()));
        instance = LoadedInstance.start(configuration, "replay", heap, below);
        instance.awaitReady();
        String account = account(configuration);
        Ed25519 ed25519 = Ed25519.best();
        for (int i = 0; i < SERVERS; i++) {
            askers.add(
                    new RecordedServer(
                            ed25519,
                            Shape.Size.SMALL,
                            account,
                            Optional.of(xkey()),
                            token,
                            Instant.now()));
        }
    }

    /**
     * The first core is the instance's and the others are the server's and ours, so that what the
     * load costs does not count as the instance's.
     */
    private static List<String> apart() throws IOException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return List.of();
        }
        Process rest =
                new ProcessBuilder(
                                "taskset",
                                "-a",
                                "-p",
                                "-c",
                                "1-" + (Runtime.getRuntime().availableProcessors() - 1),
                                Long.toString(ProcessHandle.current().pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            if (rest.waitFor() != 0) {
                throw new IOException("taskset: ended with " + rest.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return List.of("taskset", "-c", "0");
    }

    private Path setUp(List<Integer> ports, String token) throws IOException {
        Path made = folder.resolve("setup");
        SetupOptions options =
                SetupOptions.in(made)
                        .withServers(
                                ServerPlan.withPorts(
                                        "127.0.0.1", ports.subList(0, 1), ports.subList(1, 2)));
        try {
            new OperatorSetup(Ed25519.best(), password -> "unused", RANDOM, Clock.systemUTC())
                    .run(options);
        } catch (SetupFailed e) {
            throw new IllegalStateException(String.join("\n", e.problems()), e);
        }
        String hash =
                HexFormat.of().formatHex(Sha2.SHA_256.of(token.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(
                made.resolve("users.yaml"),
                """
                version: 1
                users:
                  - name: orders
                    tokens: [{ id: bench, hash: "sha256:%s" }]
                    groups: [app]
                """
                        .formatted(hash));
        Path configuration = made.resolve("countersign.yaml");
        // The simulated servers are in nobody's system account.
        String text = Files.readString(configuration).replaceAll("(?m)^  system: .*\n", "");
        String address = "127.0.0.1:" + ports.get(2);
        Files.writeString(
                configuration,
                text
                        + "\ntelemetry: { listen: \"off\" }\n"
                        + "cluster-network: { listen: \"%s\", members: [\"%s\"] }\n"
                                .formatted(address, address));
        return configuration;
    }

    private static String account(Path configuration) throws IOException {
        return Files.readAllLines(configuration).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("callout-account: "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    private NKey xkey() {
        try (Seed seed = Seed.read(folder.resolve("setup").resolve("keys").resolve("xkey.nk"))) {
            return seed.publicKey();
        } catch (IOException | InvalidKey e) {
            throw new IllegalStateException("the xkey that setup made cannot be read", e);
        }
    }

    /**
     * Asks as fast as answers come, so many at once, in rounds until they are no longer quicker
     * than those before and the instance's compiler has come to rest: on one core it works beside
     * the decisions for minutes, and costs as much as they do.
     *
     * @param most requests
     * @return decisions per second, the median of the last rounds
     */
    double capacity(int most) throws IOException, InterruptedException {
        List<Double> rates = new ArrayList<>();
        List<Long> compiled = new ArrayList<>();
        long began = System.nanoTime();
        List<Long> at = new ArrayList<>();
        while (rates.size() * ROUND < most && !(isSteady(rates) && isCompiled(compiled, at))) {
            try (ReplayWire wire = new ReplayWire(server.port())) {
                rates.add(closedLoop(wire, ROUND));
            }
            compiled.add(instance.probe().compileMillis());
            at.add((System.nanoTime() - began) / 1_000_000);
        }
        return median(rates.subList(Math.max(0, rates.size() - ALIKE), rates.size()));
    }

    private static boolean isSteady(List<Double> rates) {
        int rounds = rates.size();
        return rounds >= 2 * ALIKE
                && median(rates.subList(rounds - ALIKE, rounds))
                        < 1.03 * median(rates.subList(rounds - 2 * ALIKE, rounds - ALIKE));
    }

    private static boolean isCompiled(List<Long> millis, List<Long> at) {
        int last = millis.size() - 1;
        int first = last - ALIKE;
        return first >= 0
                && millis.get(last) - millis.get(first)
                        < COMPILING * (at.get(last) - at.get(first));
    }

    private static double median(List<Double> rates) {
        return rates.stream().sorted().skip(rates.size() / 2).findFirst().orElseThrow();
    }

    private double closedLoop(ReplayWire wire, int count) throws IOException, InterruptedException {
        // Each second of traffic gets servers of its own: how long a request has waited is judged
        // by its server's clock, which here stands still.
        byte[][] frames = new byte[count][];
        Ed25519 ed25519 = Ed25519.best();
        for (int i = 0; i < count; i++) {
            if (i % 400 == 0 && i > 0) {
                RecordedServer former = askers.get(i / 400 % SERVERS);
                askers.set(i / 400 % SERVERS, former.successor(ed25519));
            }
            frames[i] = ReplayWire.frame(i, askers.get(i / 400 % SERVERS).askAt(Instant.now()));
        }
        long[] answeredAt = new long[count];
        Thread reader = listening(wire, answeredAt);
        long[] sentAt = new long[count];
        long began = System.nanoTime();
        int settled = 0; // all before it are answered, or late
        for (int sent = 0; settled < count; ) {
            if (sent < count && sent - settled < WINDOW) {
                sentAt[sent] = System.nanoTime();
                wire.send(frames[sent++]);
            } else if (isSettled(answeredAt[settled], sentAt[settled])) {
                settled++;
            } else {
                wire.flush();
                LockSupport.parkNanos(50_000);
            }
        }
        double elapsed = (System.nanoTime() - began) / 1e9;
        wire.hangUp();
        reader.join();
        return answered(answeredAt) / elapsed;
    }

    private static boolean isSettled(long answeredAt, long sentAt) {
        return answeredAt != 0 || System.nanoTime() - sentAt > BUDGET_NANOS;
    }

    private static Thread listening(ReplayWire wire, long[] answeredAt) {
        return Thread.ofPlatform()
                .start(() -> listen(wire, number -> answeredAt[number] = System.nanoTime()));
    }

    /**
     * The same as {@link #openLoop}, again until the instance's compiler rests meanwhile too: a
     * load of another kind is other code to it.
     */
    Result steadyLoop(double perSecond, int seconds) throws IOException, InterruptedException {
        Result result = openLoop(perSecond, seconds);
        for (int i = 1; i < LOOPS && result.compileSeconds() > COMPILING * seconds; i++) {
            result = openLoop(perSecond, seconds);
        }
        return result;
    }

    /** Sends at this rate, whatever comes back. */
    Result openLoop(double perSecond, int seconds) throws IOException, InterruptedException {
        int count = (int) (perSecond * seconds);
        byte[][] frames = new byte[count][];
        // A request says in which second it was made, so the hour of the start is set beforehand;
        // if making them takes longer, all are equally late, which the service knows to ignore.
        Instant start = Instant.now().plusSeconds(2 + count / 5_000);
        for (int i = 0; i < count; i++) {
            Instant at = start.plusNanos((long) (i / perSecond * 1e9));
            frames[i] = ReplayWire.frame(i, askers.get(i % SERVERS).askAt(at));
        }
        long left = Instant.now().until(start).toNanos();
        if (left > 0) {
            LockSupport.parkNanos(left);
        }
        long[] answeredAt = new long[count];
        LoadedInstance.Probe before = instance.probe();
        long began = System.nanoTime();
        try (ReplayWire wire = new ReplayWire(server.port())) {
            Thread reader = listening(wire, answeredAt);
            for (int i = 0; i < count; i++) {
                long intended = began + (long) (i / perSecond * 1e9);
                if (System.nanoTime() < intended) {
                    wire.flush();
                    while (System.nanoTime() < intended) {
                        LockSupport.parkNanos(Math.max(1, intended - System.nanoTime()));
                    }
                }
                wire.send(frames[i]);
            }
            wire.flush();
            awaitQuiet(answeredAt);
            wire.hangUp();
            reader.join();
        }
        LoadedInstance.Probe after = instance.probe();
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            if (answeredAt[i] != 0) {
                latencies.add(answeredAt[i] - (began + (long) (i / perSecond * 1e9)));
            }
        }
        return result(perSecond, seconds, latencies, before, after);
    }

    private static void awaitQuiet(long[] answeredAt) {
        long end = System.nanoTime() + 4 * BUDGET_NANOS;
        int seen = -1;
        for (int now = answered(answeredAt);
                now < answeredAt.length && (now > seen || System.nanoTime() < end);
                now = answered(answeredAt)) {
            seen = now;
            LockSupport.parkNanos(BUDGET_NANOS);
        }
    }

    private static int answered(long[] answeredAt) {
        int answered = 0;
        for (long at : answeredAt) {
            answered += at != 0 ? 1 : 0;
        }
        return answered;
    }

    private static Result result(
            double perSecond,
            int seconds,
            Latencies latencies,
            LoadedInstance.Probe before,
            LoadedInstance.Probe after) {
        long decisions = Math.max(1, after.answered() - before.answered());
        Map<String, Long> reasons = new TreeMap<>(after.reasons());
        before.reasons().forEach((reason, count) -> reasons.merge(reason, -count, Long::sum));
        reasons.values().removeIf(count -> count == 0);
        return new Result(
                perSecond,
                (double) latencies.within(BUDGET_NANOS) / seconds,
                latencies.millis(50),
                latencies.millis(99),
                latencies.millis(99.9),
                (after.cpuNanos() - before.cpuNanos()) / 1e3 / decisions,
                (after.compileMillis() - before.compileMillis()) / 1e3,
                (double) (after.allocated() - before.allocated()) / decisions,
                after.heapPeak(),
                reasons);
    }

    private static void listen(ReplayWire wire, java.util.function.IntConsumer answered) {
        try {
            wire.listen(answered);
        } catch (IOException e) {
            // Closed, because all is said.
        }
    }

    LoadedInstance instance() {
        return instance;
    }

    @Override
    public void close() throws IOException {
        instance.close();
        server.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
