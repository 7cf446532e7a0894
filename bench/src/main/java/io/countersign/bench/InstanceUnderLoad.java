// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.countersign.callout.Tally;
import io.countersign.cli.Instance;
import io.countersign.config.Surroundings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The process that {@link LoadedInstance} starts: one instance as {@code serve} makes it, and on
 * standard input a few questions about what it costs. Ends with its input.
 */
final class InstanceUnderLoad {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InstanceUnderLoad() {}

    /** Arguments: configuration file, name of the instance. */
    public static void main(String[] args) throws Exception {
        Surroundings surroundings = new Surroundings(Map.of(), Optional.of(args[1]));
        try (Instance instance = Instance.start(Path.of(args[0]), surroundings);
                BufferedReader questions =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            instance.ready().get();
            System.out.println("ready");
            for (String question = questions.readLine();
                    question != null;
                    question = questions.readLine()) {
                if (question.equals("live")) {
                    System.gc();
                }
                System.out.println("probe " + JSON.writeValueAsString(probe(instance)));
            }
        }
        System.exit(0);
    }

    private static ObjectNode probe(Instance instance) {
        OperatingSystemMXBean process =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Tally.Snapshot tally = instance.tally();
        ObjectNode probe = JSON.createObjectNode();
        probe.put("cpuNanos", process.getProcessCpuTime());
        probe.put(
                "compileMillis",
                ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
        probe.put("allocated", threads.getTotalThreadAllocatedBytes());
        probe.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        probe.put("heapPeak", peak());
        probe.put("requests", tally.requests());
        probe.put("answered", tally.allowed() + tally.refused());
        probe.put("dropped", tally.dropped());
        ObjectNode reasons = probe.putObject("reasons");
        tally.reasons().forEach((reason, count) -> reasons.put(reason.code(), count));
        return probe;
    }

    /** The sum of what each pool held at its fullest: an upper bound of the heap's peak. */
    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
