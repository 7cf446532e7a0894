// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.cluster.Claimant;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.throttle.Attempt;
import io.countersign.cluster.throttle.LockoutBook;
import io.countersign.cluster.throttle.Pass;
import io.countersign.cluster.throttle.ThrottleRule;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.SipHash;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What throttles and revocations together cost a login that is let in, with 1,000,000 revocations,
 * and the throttles that come by default after many others have failed: the bar is 2 µs in the
 * median (issue 4).
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class GuardBenchmark {
    private static final int REVOCATIONS = 1_000_000;
    private static final int FAILED = 50_000;
    private static final int AT_ONCE = 10_000;

    /** Full books. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        private final Clock clock = Clock.systemUTC();
        private Path folder;
        private RevocationBook book;
        private Revocations revocations;
        private Throttles throttles;
        private Claimant claimant;

        @Setup(Level.Trial)
        public void build() throws IOException {
            folder = Files.createTempDirectory("guard");
            RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
            revocations = new Revocations();
            book =
                    RevocationBook.open(
                            seal, RevocationStore.open(folder.resolve("r.db"), seal), revocations);
            fill(seal, new Random(1));
            throttles =
                    new Throttles(
                            ThrottleRule.defaults(),
                            LockoutBook.inMemory(clock),
                            null,
                            SipHash.of(new byte[SipHash.KEY]),
                            clock);
            for (int i = 0; i < FAILED; i++) {
                Pass pass = throttles.pass(attempt("u" + i % 5000, "10.0.0." + i % 250));
                if (pass.before().isEmpty()) {
                    pass.failed();
                }
            }
            claimant =
                    new Claimant(
                            new Identity(
                                    new Principal("users", "alice"),
                                    new CredentialRef(CredentialKind.PASSWORD, "z".repeat(26)),
                                    Set.of(),
                                    Map.of(),
                                    Optional.empty()),
                            "192.0.2.77",
                            "");
        }

        private void fill(RevocationSeal seal, Random random) {
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < REVOCATIONS; i++) {
                boolean isName = i % 2 == 0;
                RevocationKind kind = isName ? RevocationKind.PRINCIPAL : RevocationKind.ADDRESS;
                String value =
                        isName
                                ? "users:u" + i
                                : "%d.%d.%d.%d"
                                        .formatted(
                                                11 + random.nextInt(180),
                                                random.nextInt(256),
                                                random.nextInt(256),
                                                random.nextInt(256));
                records.add(seal.sign(revocation(kind, value, random)).bytes());
                if (records.size() == AT_ONCE) {
                    book.merge(records);
                    records.clear();
                }
            }
        }

        private static Revocation revocation(RevocationKind kind, String value, Random random) {
            UUID id =
                    new UUID(
                            (random.nextLong() & ~0xf000L) | 0x7000L,
                            Long.MIN_VALUE | random.nextLong() >>> 2);
            return new Revocation(
                    id,
                    kind,
                    kind.canonical(value),
                    "left",
                    "ann",
                    Instant.EPOCH,
                    Optional.empty(),
                    1,
                    false);
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            book.close();
            Files.deleteIfExists(folder.resolve("r.db"));
            Files.deleteIfExists(folder);
        }
    }

    private static Attempt attempt(String user, String address) {
        return new Attempt(address, user, true, "", "n1", true);
    }

    /** All that a login meets before and beside its proof and its rule. */
    @Benchmark
    public boolean allowed(Input in) {
        Pass pass = in.throttles.pass(attempt("alice", "192.0.2.77"));
        Instant now = in.clock.instant();
        return pass.before().isEmpty()
                && pass.proved("users:alice").isEmpty()
                && in.revocations.find(in.claimant, now).isEmpty()
                && in.revocations.findAccount("APP", now).isEmpty()
                && pass.placed("APP").isEmpty();
    }
}
