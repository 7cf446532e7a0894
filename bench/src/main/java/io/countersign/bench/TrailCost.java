// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.sun.management.OperatingSystemMXBean;
import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What it costs that every entry is on disk before its answer leaves: many logins at once, a batch
 * with the strict trail and a batch without, in turns in one JVM, so that neighbours share what the
 * machine has to give. Many at once, because a commit takes what arrived during the last one. Not
 * thread-safe.
 */
final class TrailCost implements AutoCloseable {
    /** As many as a busy instance works on at the same time (limits.concurrency). */
    private static final int AT_ONCE = 256;

    /** Long: a batch ends with a wait for the last commit, which is not what is measured. */
    private static final int BATCH = 16_000;

    /** The compiler needs some hundred thousand decisions. */
    private static final int WARM_UP = 10;

    private static final int PAIRS = 20;

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Side off = new Side(DecisionPath.Trail.OFF);
    private final Side strict = new Side(DecisionPath.Trail.STRICT);

    private TrailCost() throws IOException {}

    /**
     * Medians of all pairs of batches.
     *
     * @param off decisions a second without a trail
     * @param strict decisions a second with the strict trail
     * @param lost percent of the throughput
     * @param cpu percent of CPU time that a decision takes more, all threads of the process
     */
    record Result(double off, double strict, double lost, double cpu) {
        String line() {
            return String.format(Locale.ROOT, "result %.1f %.1f %.2f %.2f", off, strict, lost, cpu);
        }

        static Result parse(String line) {
            String[] words = line.split(" ", -1);
            if (words.length != 5 || !words[0].equals("result")) {
                throw new IllegalStateException("no result: " + line);
            }
            return new Result(
                    Double.parseDouble(words[1]),
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]),
                    Double.parseDouble(words[4]));
        }
    }

    /** One way to answer. */
    private static final class Side {
        private final DecisionPath path;
        private final Requests requests;
        private Callout callout;

        Side(DecisionPath.Trail trail) throws IOException {
            path = DecisionPath.of(Shape.USUAL, trail);
            requests = new Requests(path.server(), BATCH, path.now());
            callout = path.fresh();
        }

        void forget() {
            requests.rewind();
            callout = path.fresh();
        }

        void decide() {
            if (callout.answer(requests.next()) instanceof Outcome.Dropped(var reason)) {
                throw new IllegalStateException("dropped: " + reason);
            }
        }
    }

    /** Wall-clock and CPU time of a batch, ns. */
    private record Times(double wall, double cpu) {}

    /** Measures and prints the result. No arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (TrailCost cost = new TrailCost()) {
            cost.measure(WARM_UP);
            System.out.println(cost.measure(PAIRS).line());
        }
    }

    private Result measure(int pairs) throws InterruptedException {
        double[] offs = new double[pairs];
        double[] stricts = new double[pairs];
        double[] lost = new double[pairs];
        double[] cpu = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            // Whoever goes second finds warmer caches: in turns.
            boolean first = i % 2 == 0;
            Times one = batch(first ? off : strict);
            Times other = batch(first ? strict : off);
            Times without = first ? one : other;
            Times with = first ? other : one;
            offs[i] = BATCH * 1e9 / without.wall();
            stricts[i] = BATCH * 1e9 / with.wall();
            lost[i] = 100 * (1 - stricts[i] / offs[i]);
            cpu[i] = 100 * (with.cpu() / without.cpu() - 1);
        }
        return new Result(median(offs), median(stricts), median(lost), median(cpu));
    }

    private Times batch(Side side) throws InterruptedException {
        side.forget();
        AtomicInteger left = new AtomicInteger(BATCH);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(AT_ONCE);
        long cpuBegan = system.getProcessCpuTime();
        long began = System.nanoTime();
        for (int i = 0; i < AT_ONCE; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    while (left.getAndDecrement() > 0) {
                        side.decide();
                    }
                } catch (RuntimeException | Error e) {
                    failed.set(e);
                } finally {
                    ended.countDown();
                }
            });
        }
        ended.await();
        Times times = new Times(System.nanoTime() - began, system.getProcessCpuTime() - cpuBegan);
        if (failed.get() != null) {
            throw new IllegalStateException("a decision failed", failed.get());
        }
        return times;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() throws IOException {
        off.path.close();
        strict.path.close();
    }
}
