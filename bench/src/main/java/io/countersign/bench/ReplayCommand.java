// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ops/bench --replay}: one instance with everything on, below and above its capacity. */
@Command(
        name = "replay",
        description = "Replays requests of simulated servers through a real nats-server.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private static final double BELOW = 0.7;
    private static final double ABOVE = 3;

    @Option(
            names = "--seconds",
            description = "Length of each open loop (default: ${DEFAULT-VALUE}).")
    private int seconds = 20;

    @Option(
            names = "--requests",
            description = "To find the capacity with, at most (default: ${DEFAULT-VALUE}).")
    private int requests = 800_000;

    @Option(names = "--heap", description = "Of the instance (default: ${DEFAULT-VALUE}).")
    private String heap = "256m";

    @Option(names = "--rate", description = "An open loop at this rate instead, for sizing.")
    private int rate;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets this before a call");
        }
        PrintWriter to = spec.commandLine().getOut();
        try (Replay replay = new Replay(heap)) {
            double capacity = replay.capacity(requests);
            print(to, "capacity: %.0f decisions/s".formatted(capacity));
            if (rate > 0) {
                print(to, rate + "/s: " + replay.steadyLoop(rate, seconds).text());
            } else {
                print(to, "70 %: " + replay.steadyLoop(BELOW * capacity, seconds).text());
                Replay.Result above = replay.steadyLoop(ABOVE * capacity, seconds);
                print(to, "300 %: " + above.text());
                print(
                        to,
                        "goodput above capacity: %.0f %% of it"
                                .formatted(100 * above.inTime() / capacity));
            }
            print(
                    to,
                    "alive after a collection: %d MiB"
                            .formatted(replay.instance().live().heap() >> 20));
        }
        return 0;
    }

    private static void print(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }
}
