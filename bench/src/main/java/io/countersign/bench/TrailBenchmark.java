// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs that every entry is on disk before its answer leaves: many logins at once, with the
 * strict trail and without. Many threads, because a commit takes what arrived during the last one.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Threads(64)
public class TrailBenchmark {
    private static final int REQUESTS = 120_000;

    /** The usual login, with or without a disk behind it. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        @Param({"OFF", "STRICT"})
        public String trail;

        private DecisionPath path;
        private Requests requests;
        private Callout callout;

        @Setup(Level.Trial)
        public void build() throws IOException {
            path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.valueOf(trail));
            requests = new Requests(path.server(), REQUESTS, path.now());
        }

        @Setup(Level.Iteration)
        public void forget() {
            requests.rewind();
            callout = path.fresh();
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            path.close();
        }
    }

    @Benchmark
    public Outcome decisions(Input input) {
        Outcome outcome = input.callout.answer(input.requests.next());
        if (outcome instanceof Outcome.Dropped(var reason)) {
            throw new IllegalStateException("dropped: " + reason);
        }
        return outcome;
    }
}
