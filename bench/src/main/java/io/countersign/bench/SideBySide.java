// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * The decision path and its floor in turns, on one thread of one JVM, by the CPU time of that
 * thread: a quotient that a busy machine hardly moves, where wall-clock times of two processes one
 * after the other move by half. Each shape of login gets a JVM of its own ({@link #main}), because
 * the compiler learns from what it sees. Not thread-safe.
 */
final class SideBySide {
    /** Long against the clock's grain and short against a machine's moods. */
    private static final int BATCH = 250;

    /**
     * Answered before all is forgotten again. What is remembered grows in jumps, so every
     * measurement is of whole rounds of these: fewer would give other bytes.
     */
    private static final int REQUESTS = 10_000;

    private static final int ROUND = REQUESTS / BATCH;

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
    record Result(double pathMicros, double floorMicros, double ratio, double allocated) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "result %.3f %.3f %.4f %.1f",
                    pathMicros,
                    floorMicros,
                    ratio,
                    allocated);
        }

        /** Of the last line that {@link SideBySide#main} printed. */
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

    private SideBySide(DecisionPath path) throws IOException {
        this.path = path;
        RecordedServer server = path.server();
        requests = new Requests(server, REQUESTS, path.now());
        floor = Floor.of(path, server);
        callout = path.fresh();
    }

    /**
     * Measures one shape and prints the result. Arguments: mode, box, size, ask, trail, {@code
     * quick} or {@code whole}.
     */
    public static void main(String[] args) throws IOException {
        Shape shape =
                new Shape(
                        Shape.Mode.valueOf(args[0]),
                        Shape.Box.valueOf(args[1]),
                        Shape.Size.valueOf(args[2]),
                        Shape.Ask.valueOf(args[3]));
        boolean quick = args[5].equals("quick");
        try (DecisionPath path = DecisionPath.of(shape, DecisionPath.Trail.valueOf(args[4]))) {
            SideBySide measured = new SideBySide(path);
            measured.measure(quick ? ROUND : 4 * ROUND); // until the compiler is done
            System.out.println(measured.measure(quick ? ROUND : 4 * ROUND).line());
        }
    }

    private Result measure(int pairs) {
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
}
