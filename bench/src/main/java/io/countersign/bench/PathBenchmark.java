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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole decrypt–decide–sign path without the trail, beside the sum of the cryptography that it
 * cannot do without. What counts is the quotient of the two, both from the same JVM.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PathBenchmark {
    /** Requests of one iteration; a path answers each only once. */
    private static final int REQUESTS = 60_000;

    /** One shape of request, and the path that answers it. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        @Param({"OPERATOR", "STATIC"})
        public Shape.Mode mode;

        @Param({"SEALED", "CLEAR"})
        public Shape.Box box;

        @Param({"SMALL", "LARGE"})
        public Shape.Size size;

        @Param({"ALLOW", "DENY"})
        public Shape.Ask ask;

        private DecisionPath path;
        private Requests requests;
        private Callout callout;
        private Floor floor;

        @Setup(Level.Trial)
        public void build() throws IOException {
            path = DecisionPath.of(new Shape(mode, box, size, ask), DecisionPath.Trail.OFF);
            RecordedServer server = path.server();
            requests = new Requests(server, REQUESTS, path.now());
            floor = Floor.of(path, server);
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
    public Outcome path(Input input) {
        Outcome outcome = input.callout.answer(input.requests.next());
        if (outcome instanceof Outcome.Dropped(var reason)) {
            throw new IllegalStateException("dropped: " + reason);
        }
        return outcome;
    }

    @Benchmark
    public byte[] floor(Input input) {
        return input.floor.run();
    }
}
