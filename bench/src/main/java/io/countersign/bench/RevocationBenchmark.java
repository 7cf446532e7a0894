// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.cluster.Claimant;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What revocations cost somebody who is not revoked, and what it costs to have many: set-up prints
 * how long they take to come from the disk, and how much memory they hold.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class RevocationBenchmark {
    /** As many of each kind as people have of them: mostly credentials, tokens and addresses. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
        private static final int AT_ONCE = 10_000;

        @Param({"0", "1000000"})
        public int count;

        private Path folder;
        private RevocationBook book;
        private Revocations view;
        private Claimant allowed;
        private Claimant revoked;

        @Setup(Level.Trial)
        public void build() throws IOException {
            folder = Files.createTempDirectory("revocations");
            RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
            Path file = folder.resolve("revocations.db");
            try (RevocationBook writing =
                    RevocationBook.open(
                            seal, RevocationStore.open(file, seal), new Revocations())) {
                fill(writing, seal);
            }
            long before = heap();
            long began = System.nanoTime();
            view = new Revocations();
            book = RevocationBook.open(seal, RevocationStore.open(file, seal), view);
            long loaded = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            System.out.printf(
                    "%n%d revocations: loaded in %d ms, %d MiB of heap, %d MiB on disk%n",
                    view.size(), loaded, heap() - before >> 20, Files.size(file) >> 20);
            allowed = claimant("nobody", "10.0.0.1");
            revoked = claimant("u0", "10.0.0.1");
            if (count > 0 && view.find(revoked, NOW).isEmpty()) {
                throw new IllegalStateException("u0 is not revoked");
            }
        }

        private void fill(RevocationBook writing, RevocationSeal seal) {
            Random random = new Random(1);
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                records.add(seal.sign(revocation(i, random)).bytes());
                if (records.size() == AT_ONCE) {
                    writing.merge(records);
                    records.clear();
                }
            }
            writing.merge(records);
        }

        private static Revocation revocation(int i, Random random) {
            RevocationKind kind =
                    switch (i % 10) {
                        case 0, 1 -> RevocationKind.PRINCIPAL;
                        case 2, 3, 4 -> RevocationKind.CREDENTIAL;
                        case 5, 6, 7 -> RevocationKind.TOKEN;
                        case 8 -> RevocationKind.ADDRESS;
                        default -> RevocationKind.CLIENT;
                    };
            String value =
                    switch (kind) {
                        case PRINCIPAL -> "users:u" + i;
                        case CREDENTIAL -> fingerprint(random);
                        case ADDRESS ->
                                "%d.%d.%d.%d"
                                        .formatted(
                                                11 + random.nextInt(200),
                                                random.nextInt(256),
                                                random.nextInt(256),
                                                random.nextInt(256));
                        default -> new UUID(random.nextLong(), random.nextLong()).toString();
                    };
            UUID id =
                    new UUID(
                            (random.nextLong() & ~0xf000L) | 0x7000L,
                            Long.MIN_VALUE | random.nextLong() >>> 2);
            return new Revocation(
                    id,
                    kind,
                    kind.canonical(value),
                    "laptop stolen, ticket " + i,
                    "ann",
                    NOW,
                    i % 2 == 0 ? Optional.empty() : Optional.of(NOW.plusSeconds(86_400)),
                    1,
                    false);
        }

        private static String fingerprint(Random random) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 26; i++) {
                text.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
            }
            return text.toString();
        }

        private static Claimant claimant(String name, String address) {
            return new Claimant(
                    new Identity(
                            new Principal("users", name),
                            new CredentialRef(CredentialKind.TOKEN, "z".repeat(26)),
                            Set.of(),
                            Map.of(),
                            Optional.empty(),
                            new Origin("a token", "an issuer", "", Optional.of(NOW))),
                    address,
                    "a client");
        }

        private static long heap() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            book.close();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /** Somebody who is let in: everything is looked at. */
    @Benchmark
    public boolean allowed(Input in) {
        return in.view.awaitCurrent(java.time.Duration.ofSeconds(1))
                && in.view.find(in.allowed, Input.NOW).isEmpty()
                && in.view.findAccount("APP", Input.NOW).isEmpty();
    }

    /** Somebody who is not. */
    @Benchmark
    public Optional<Revocation> revoked(Input in) {
        return in.view.find(in.revoked, Input.NOW);
    }

    /** What an instance does every few seconds for each other one that has the same records. */
    @Benchmark
    public boolean compared(Input in) {
        return in.view.isSame(in.view.digests());
    }
}
