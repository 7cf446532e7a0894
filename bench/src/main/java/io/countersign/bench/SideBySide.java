// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * The decision path and its floor in turns, on one thread of one JVM, by the CPU time of that
 * thread: a quotient that a busy machine hardly moves, where wall-clock times of two processes one
 * after the other move by half. Not thread-safe.
 */
final class SideBySide {
    /** Long against the clock's grain and short against a machine's moods. */
    private static final int BATCH = 500;

    private static final int REQUESTS = 10_000;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final DecisionPath path;
    private final Requests requests;
    private final Floor floor;
    private Callout callout;

    /**
     * What one decision takes, and its floor.
     *
     * @param pathMicros CPU time, the median of all batches
     * @param floorMicros likewise
     * @param ratio the median of the quotients of neighbouring batches, which shared their luck
     * @param allocated bytes per decision
     */
    record Result(double pathMicros, double floorMicros, double ratio, double allocated) {}

    SideBySide(DecisionPath path) throws IOException {
        this.path = path;
        RecordedServer server = path.server();
        requests = new Requests(server, REQUESTS, path.now());
        floor = Floor.of(path, server);
        callout = path.fresh();
    }

    /** Runs so many pairs of batches and forgets them. */
    void warmUp(int pairs) {
        measure(pairs);
    }

    /** Runs so many pairs of batches. */
    Result measure(int pairs) {
        double[] paths = new double[pairs];
        double[] floors = new double[pairs];
        double[] ratios = new double[pairs];
        long bytes = 0;
        for (int i = 0; i < pairs; i++) {
            if (requests.left() < BATCH) {
                requests.rewind();
                callout = path.fresh();
            }
            long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            long began = threads.getCurrentThreadCpuTime();
            decide();
            long between = threads.getCurrentThreadCpuTime();
            bytes += threads.getCurrentThreadAllocatedBytes() - bytesBefore;
            long floorBegan = threads.getCurrentThreadCpuTime();
            underpin();
            long ended = threads.getCurrentThreadCpuTime();
            paths[i] = (between - began) / 1e3 / BATCH;
            floors[i] = (ended - floorBegan) / 1e3 / BATCH;
            ratios[i] = paths[i] / floors[i];
        }
        return new Result(
                median(paths), median(floors), median(ratios), (double) bytes / pairs / BATCH);
    }

    private void decide() {
        for (int i = 0; i < BATCH; i++) {
            if (callout.answer(requests.next()) instanceof Outcome.Dropped(var reason)) {
                throw new IllegalStateException("dropped: " + reason);
            }
        }
    }

    private void underpin() {
        for (int i = 0; i < BATCH; i++) {
            if (floor.run().length == 0) {
                throw new IllegalStateException("the floor made nothing");
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    public static void main(String[] a) throws Exception {
        try (DecisionPath path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.OFF)) {
            SideBySide s = new SideBySide(path);
            s.warmUp(60);
            for (int i = 0; i < Integer.parseInt(a[0]); i++) System.out.println(s.measure(40));
        }
    }
}
