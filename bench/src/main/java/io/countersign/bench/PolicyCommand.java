// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;

/**
 * {@code ops/bench --policy}: what a policy of 10,000 rules and its expressions cost, a shadow of
 * it, and a list of 100,000 users.
 */
@Command(
        name = "policy",
        description =
                "Loads 10,000 rules and decides by them; decides by a rule with expressions, and"
                        + " beside a shadow policy; loads 100,000 users.")
final class PolicyCommand implements Callable<Integer> {
    @Override
    public Integer call() throws RunnerException {
        new Runner(
                        new OptionsBuilder()
                                .include(PolicyBenchmark.class.getSimpleName())
                                .include(UsersBenchmark.class.getSimpleName())
                                .include(StageBenchmark.class.getSimpleName() + ".decide")
                                .include(StageBenchmark.class.getSimpleName() + ".shadow")
                                .build())
                .run();
        return 0;
    }
}
