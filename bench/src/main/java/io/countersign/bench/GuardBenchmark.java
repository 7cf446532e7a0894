// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.cluster.throttle.Attempt;
import io.countersign.cluster.throttle.Pass;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What throttles and revocations together cost a login that is let in, with 1,000,000 revocations
 * of all kinds, 100,000 networks among them, and the throttles that come by default after many
 * others have failed: the bar is 2 µs in the median (issue 4).
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class GuardBenchmark {
    /** Full books. */
    @State(Scope.Benchmark)
    // JMH calls the set-up method before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        private final Clock clock = Clock.systemUTC();
        private Guards guards;

        @Setup(Level.Trial)
        public void build() throws IOException {
            guards = Guards.full(clock);
        }
    }

    /** All that a login meets before and beside its proof and its rule. */
    @Benchmark
    public boolean allowed(Input in) {
        Attempt attempt =
                new Attempt(ManyRevocations.CLAIMANT.address(), "alice", true, "", "n1", true);
        Pass pass = in.guards.throttles().pass(attempt);
        Instant now = in.clock.instant();
        return pass.before().isEmpty()
                && pass.proved("users:alice").isEmpty()
                && in.guards.revocations().find(ManyRevocations.CLAIMANT, now).isEmpty()
                && in.guards.revocations().findAccount("APP", now).isEmpty()
                && pass.placed("APP").isEmpty();
    }
}
