// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailStoreTest {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @TempDir Path temp;

    /** A full disk fails transaction after transaction: each must give its file back. */
    @Test
    void close_afterATransactionFailed_leavesNoFileOpen() throws Exception {
        Path file = temp.resolve("trail.db");
        TrailStore.create(file, LogOrigin.fresh("east", "n1", new SecureRandom()), "key", 0);
        TrailStore store = TrailStore.open(file, Duration.ofSeconds(5));
        assertThat(openBelow(temp)).isNotZero();

        assertThatThrownBy(() ->
                        store.inTransaction(() -> {
                            store.append(List.of());
                            throw new IllegalStateException("disk full");
                        }))
                .hasMessage("disk full");
        store.close();

        assertThat(openBelow(temp)).isZero();
    }

    private static long openBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            return files.filter(it -> target(it).startsWith(folder)).count();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException _) {
            return link; // closed meanwhile: that of this very listing
        }
    }
}
