// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The long form of a test: {@code ops/soak} runs it with another size and wants to know how the
 * process fared. Measures the live heap after a collection, of the whole JVM: service, test and
 * client library. Not thread-safe.
 */
final class Soak implements AutoCloseable {
    private static final String SIZE = "countersign.soak.size";
    private static final String REPORT = "countersign.soak.report";
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
    private static final int ROWS = 10;

    /**
     * One moment.
     *
     * @param done steps by then
     */
    private record Sample(long done, long heapMib, Duration since) {}

    private final String what;
    private final long began = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Soak(String what) {
        this.what = what;
    }

    /** How many steps to take: what {@code ops/soak} says, or this many. */
    static int size(int usual) {
        return Integer.getInteger(SIZE, usual);
    }

    /** Whether {@code ops/soak} runs this, by hand and with the machine to itself. */
    static boolean isAsked() {
        return !System.getProperty(REPORT, "").isEmpty();
    }

    /** Begins to measure; {@code what} is counted. */
    static Soak of(String what) {
        return new Soak(what);
    }

    /** Notes the live heap after so many steps. */
    void sample(long done) {
        MEMORY.gc();
        long heap = MEMORY.getHeapMemoryUsage().getUsed() >> 20;
        samples.add(new Sample(done, heap, Duration.ofNanos(System.nanoTime() - began)));
    }

    /** Puts a line below the table. */
    void note(String line) {
        notes.add(line);
    }

    /**
     * How much more the live heap is at the end than it was at half time; the first half fills
     * caches and is not asked about.
     */
    long growthMib() {
        return samples.getLast().heapMib() - samples.get(samples.size() / 2).heapMib();
    }

    /** Writes the report, if {@code ops/soak} asked for one. */
    @Override
    public void close() throws IOException {
        String file = System.getProperty(REPORT, "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), toString(), StandardCharsets.UTF_8);
        }
    }

    /** A Markdown table of about ten rows, and the notes below it. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("| ").append(what).append(" | seconds | live heap, MiB |\n");
        text.append("|---|---|---|\n");
        int step = Math.max(1, samples.size() / ROWS);
        for (int i = step - 1; i < samples.size(); i += step) {
            Sample sample = samples.get(i);
            text.append(
                    "| %,d | %d | %d |%n"
                            .formatted(
                                    sample.done(), sample.since().toSeconds(), sample.heapMib()));
        }
        if (!notes.isEmpty()) {
            text.append('\n');
            notes.forEach(note -> text.append("- ").append(note).append('\n'));
        }
        return text.toString();
    }
}
