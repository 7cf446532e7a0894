// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * What {@link Guards} add to the CPU time of a whole decision: the path with full ones and the path
 * with none in turns, on one thread of one JVM, as in {@link SideBySide}. No entries are written,
 * so that nothing hides it. Not thread-safe.
 */
final class ClusterCost {
    private static final int BATCH = 250;
    private static final int REQUESTS = 10_000;
    private static final int WARM_UP = 140;
    private static final int PAIRS = 160;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final DecisionPath path;
    private final Guards guards;
    private final Requests requests;
    private final Requests sameRequests;
    private Callout without;
    private Callout with;

    private ClusterCost(DecisionPath path, Guards guards) throws IOException {
        this.path = path;
        this.guards = guards;
        requests = new Requests(path.server(), REQUESTS, path.now());
        sameRequests = new Requests(path.server(), REQUESTS, path.now());
        without = path.fresh();
        with = path.fresh(guards);
    }

    /** Prints the quotient of the two last. */
    public static void main(String[] args) throws IOException {
        try (DecisionPath path = DecisionPath.of(Shape.USUAL, DecisionPath.Trail.OFF)) {
            ClusterCost measured = new ClusterCost(path, Guards.full(path.clock()));
            measured.measure(WARM_UP);
            System.out.printf(Locale.ROOT, "quotient %.4f%n", measured.measure(PAIRS));
        }
    }

    /** Of the last line that {@link #main} printed. */
    static double parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 2 || !words[0].equals("quotient")) {
            throw new IllegalStateException("no quotient: " + line);
        }
        return Double.parseDouble(words[1]);
    }

    /** The median of the quotients of neighbouring batches, which shared their luck. */
    private double measure(int pairs) {
        double[] quotients = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            if (requests.left() < BATCH) {
                requests.rewind();
                sameRequests.rewind();
                without = path.fresh();
                with = path.fresh(guards);
            }
            // Now one first, now the other: what the first does to the caches must not count.
            if (i % 2 == 0) {
                long none = decide(without, requests);
                quotients[i] = (double) decide(with, sameRequests) / none;
            } else {
                long full = decide(with, sameRequests);
                quotients[i] = (double) full / decide(without, requests);
            }
        }
        Arrays.sort(quotients);
        return quotients[pairs / 2];
    }

    private long decide(Callout callout, Requests from) {
        long began = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < BATCH; i++) {
            if (!(callout.answer(from.next()) instanceof Outcome.Allowed)) {
                throw new IllegalStateException("somebody was not let in");
            }
        }
        return threads.getCurrentThreadCpuTime() - began;
    }
}
