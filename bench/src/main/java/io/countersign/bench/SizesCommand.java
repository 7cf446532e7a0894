// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.cluster.Session;
import io.countersign.cluster.Sessions;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ops/bench --sizes}: memory and disk, for the sizing page. */
@Command(
        name = "sizes",
        description = "Measures memory for sessions and revocations, and disk for entries.",
        mixinStandardHelpOptions = true)
final class SizesCommand implements Callable<Integer> {
    private static final int MANY = 100_000;
    private static final int DECISIONS = 20_000;

    private final SecureRandom random = new SecureRandom();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InvalidKey {
        sessions();
        new RevocationSizes(this::print).measure();
        entries();
        for (int rules : new int[] {1, 100, 1_000, 5_000}) {
            rules(rules);
        }
        return 0;
    }

    private void sessions() throws InvalidKey {
        Sessions sessions = new Sessions(Clock.systemUTC());
        NKey server = key(NKeyType.SERVER);
        Instant now = Instant.now();
        long before = used();
        for (int i = 0; i < MANY; i++) {
            Identity identity =
                    new Identity(
                            new Principal("users", "client-" + i),
                            new CredentialRef(
                                    CredentialKind.TOKEN, "abcdefghijklmnopqrstuvwx" + i % 100),
                            Set.of("app"),
                            Map.of(),
                            Optional.empty());
            sessions.granted(
                    new Session(
                            server,
                            "n1",
                            i,
                            key(NKeyType.USER),
                            identity,
                            new String("APP".toCharArray()),
                            "10.0." + i / 256 % 256 + "." + i % 256,
                            "",
                            "nats",
                            now,
                            now.plusSeconds(3600 + i),
                            UUID.randomUUID()));
        }
        print("sessions: %.0f MB for 100,000".formatted((used() - before) / 1e6));
        if (sessions.count() != MANY) {
            throw new IllegalStateException("sessions were lost");
        }
    }

    private void entries() throws IOException {
        try (DecisionPath path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.STRICT)) {
            Requests requests = new Requests(path.server(), DECISIONS, path.now());
            Callout callout = path.fresh();
            List<Thread> threads = new ArrayList<>();
            // As many at once as come in one commit when it is busy.
            for (int i = 0; i < 50; i++) {
                threads.add(
                        Thread.startVirtualThread(() -> {
                            for (int n = 0; n < DECISIONS / 50; n++) {
                                callout.answer(requests.next());
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            print(
                    "trail: %.2f GB of disk for a million decisions"
                            .formatted((double) path.trailBytes() / path.entries() / 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** CPU of a decision with so many rules, of which the last one matches. */
    private void rules(int count) throws IOException {
        try (DecisionPath path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.OFF, count - 1)) {
            Requests requests = new Requests(path.server(), DECISIONS, path.now());
            Callout callout = path.fresh();
            long began = 0;
            for (int i = 0; i < DECISIONS; i++) {
                if (i == DECISIONS / 2) {
                    began = cpu(); // the compiler has had its time
                }
                callout.answer(requests.next());
            }
            double micros = (cpu() - began) / 1e3 / (DECISIONS - DECISIONS / 2);
            print("policy of %d rules: a decision takes %.0f µs of CPU".formatted(count, micros));
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private NKey key(NKeyType type) throws InvalidKey {
        byte[] raw = new byte[32];
        random.nextBytes(raw);
        raw[31] &= 0x3f;
        return NKey.of(type, raw);
    }

    /** Memory that is in use when all garbage is gone. */
    static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used =
                    Math.min(
                            used,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private void print(String line) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets this before a call");
        }
        PrintWriter to = spec.commandLine().getOut();
        to.println(line);
        to.flush();
    }
}
