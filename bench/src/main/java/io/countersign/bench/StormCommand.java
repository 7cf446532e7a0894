// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ops/bench --storm}: everybody comes at once. Exit code 1 if not everybody got in. */
@Command(
        name = "storm",
        description = "Thousands of clients log in at once, through three servers and instances.",
        mixinStandardHelpOptions = true)
final class StormCommand implements Callable<Integer> {
    @Option(names = "--clients", description = "How many (default: ${DEFAULT-VALUE}).")
    private int clients = 10_000;

    @Option(
            names = "--groups",
            description = "Groups of 200 that log in before it (default: ${DEFAULT-VALUE}).")
    private int groups = 30;

    @Option(names = "--kill", description = "With kill -9 of an instance in the middle.")
    private boolean kill;

    @Option(
            names = "--limit",
            description = "Seconds until it is given up (default: ${DEFAULT-VALUE}).")
    private int limit = 300;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets this before a call");
        }
        Storm.Result result = Storm.run(clients, groups, kill, Duration.ofSeconds(limit));
        spec.commandLine()
                .getOut()
                .println((kill ? "storm with kill -9: " : "storm: ") + result.text());
        spec.commandLine().getOut().flush();
        return result.in() == clients ? 0 : 1;
    }
}
