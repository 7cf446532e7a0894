// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast a large index is. Reports figures; the bounds here only catch what is wrong by orders of
 * magnitude, because a shared machine may be busy. {@code ops/soak index} runs it with ten million.
 */
@Tag("beside")
class IndexSpeedIT {
    private static final long SIZE = Long.getLong("countersign.soak.size", 300_000);
    private static final String REPORT = System.getProperty("countersign.soak.report", "");
    private static final Duration GENEROUS = Duration.ofSeconds(2);

    @TempDir private Path directory;

    @Test
    void sqlite_manyEntries_answersSoon() throws Exception {
        run("SQLite", directory.resolve("index.db").toString());
    }

    @Test
    void postgres_manyEntries_answersSoon() throws Exception {
        try (PostgresServer server =
                PostgresServer.start(List.of("shared_buffers=1GB", "max_wal_size=8GB"))) {
            run("PostgreSQL", server.database());
        }
    }

    private void run(String name, String address) throws Exception {
        try (AuditIndex index = AuditIndex.open(address)) {
            IndexSpeed speed = new IndexSpeed(index, REPORT.isEmpty() ? 5 : 20);
            speed.fill(SIZE);
            speed.ask();
            report(name, speed);
            assertThat(speed.slowest()).as(speed.toString()).isLessThan(GENEROUS);
            if (!REPORT.isEmpty()) { // a long run, by hand, on a machine that does nothing else
                assertThat(speed.missed()).as(speed.toString()).isEmpty();
            }
            assertThat(index.count(new Search(Query.ALL, TimeRange.ALL, Scope.ALL)).total())
                    .isEqualTo(SIZE);
        }
    }

    private void report(String name, IndexSpeed speed) throws Exception {
        String text =
                "%n%s, %,d entries (index: %s), %s%n%n| what | bar (p95) | median | p95 | slowest median |%n|---|---|---|---|---|%n%s"
                        .formatted(name, SIZE, size(), Machine.today(), speed);
        Files.writeString(
                REPORT.isEmpty() ? Path.of("target", "index-speed.md") : Path.of(REPORT),
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private String size() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes == 0 ? "on the server" : "%,d MiB".formatted(bytes >> 20);
        }
    }
}
