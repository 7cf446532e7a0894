// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Client;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import java.io.IOException;
import java.security.SecureRandom;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many entries a second are durable: each thread waits until its entry is on disk before it
 * makes the next, as a request does. One thread: a commit each. Many: a commit takes what arrived
 * during the last one.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class AppendBenchmark {
    /** A trail of its own on the disk that temporary files are on. */
    @State(Scope.Benchmark)
    // JMH calls the set-up method before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Log {
        private DecisionPath path;
        private AuditTrail trail;
        private EntryIds ids;

        @Setup(Level.Trial)
        public void open() {
            path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.STRICT);
            trail = path.trail();
            ids = new EntryIds(Clock.systemUTC(), new SecureRandom());
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            path.close();
        }

        void append() throws AuditUnavailable {
            trail.append(
                    AuditEntry.of(Kind.DECISION, ids.next(), Instant.now(), "bench")
                            .decision(AuditEntry.ALLOW)
                            .rule("staff")
                            .principal("users:orders")
                            .source("users")
                            .account("APP")
                            .client(
                                    new Client(
                                            "10.0.0.7",
                                            118,
                                            "Client",
                                            "nats",
                                            "orders",
                                            "go",
                                            "1.48",
                                            ""))
                            .build());
        }
    }

    @Benchmark
    @Threads(1)
    public void alone(Log log) throws AuditUnavailable {
        log.append();
    }

    @Benchmark
    @Threads(64)
    public void together(Log log) throws AuditUnavailable {
        log.append();
    }
}
