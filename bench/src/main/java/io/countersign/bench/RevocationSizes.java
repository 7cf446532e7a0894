// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.sun.management.OperatingSystemMXBean;
import io.countersign.cluster.Grid;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.crypto.KeyedHash;
import io.countersign.kit.FreePorts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What 1,000,000 revocations need on an instance: disk, memory, time to load them at its start, and
 * what comparing them with another instance takes, over two real members.
 */
final class RevocationSizes {
    private static final int COMPARISONS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final OperatingSystemMXBean process =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final SecureRandom random = new SecureRandom();
    private final RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
    private final Consumer<String> out;

    RevocationSizes(Consumer<String> out) {
        this.out = out;
    }

    void measure() throws IOException {
        Path folder = Files.createTempDirectory("countersign-sizes-");
        try {
            Path file = folder.resolve("full.db");
            fill(file);
            say("%.0f MB of disk for 1,000,000".formatted(Files.size(file) / 1e6));
            long before = SizesCommand.used();
            long began = System.nanoTime();
            long cpu = process.getProcessCpuTime();
            try (RevocationBook book = open(file)) {
                long took = System.nanoTime() - began;
                long used = process.getProcessCpuTime() - cpu;
                say(
                        "%.1f s to load them at a start, %.1f s of CPU"
                                .formatted(took / 1e9, used / 1e9));
                say("%.0f MB of memory".formatted((SizesCommand.used() - before) / 1e6));
                compare(book, folder);
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** A method of its own, so that nothing holds on to what it made. */
    private void fill(Path file) throws IOException {
        try (RevocationBook book = open(file)) {
            ManyRevocations.fill(book, seal, ManyRevocations.MANY);
        }
    }

    private void compare(RevocationBook full, Path folder) throws IOException {
        List<Integer> ports = FreePorts.several(2);
        try (Grid _ = join(full, ports, 0);
                RevocationBook empty = open(folder.resolve("empty.db"))) {
            long began = System.nanoTime();
            try (Grid grid = join(empty, ports, 1)) {
                int size = empty.view().size();
                while (size < full.view().size() && grid.catchUp(LIMIT)) {
                    size = empty.view().size();
                }
                say(
                        "%.0f s until an empty disk has them all"
                                .formatted((System.nanoTime() - began) / 1e9));
                if (!full.view().isSame(empty.view().digests())) {
                    throw new IllegalStateException("revocations were lost: " + size);
                }
                for (int i = 0; i < COMPARISONS; i++) {
                    grid.catchUp(LIMIT); // the compiler has had its time
                }
                long cpu = process.getProcessCpuTime();
                for (int i = 0; i < COMPARISONS; i++) {
                    grid.catchUp(LIMIT);
                }
                double each = (double) (process.getProcessCpuTime() - cpu) / COMPARISONS;
                say("%.2f ms of CPU for a comparison, both sides together".formatted(each / 1e6));
            }
        }
    }

    private Grid join(RevocationBook book, List<Integer> ports, int index) {
        List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        Grid.Settings settings =
                new Grid.Settings(
                        "cs-sizes-" + ports.getFirst(),
                        "n" + index,
                        "127.0.0.1",
                        ports.get(index),
                        members,
                        2);
        return Grid.start(settings, book, KeyedHash.of(new byte[32]), random);
    }

    private RevocationBook open(Path file) throws IOException {
        return RevocationBook.open(seal, RevocationStore.open(file, seal), new Revocations());
    }

    private void say(String what) {
        out.accept("revocations: " + what);
    }
}
