// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest extends UsersContract {
    @TempDir private Path folder;
    private final AtomicInteger later = new AtomicInteger();

    private Path file() {
        return folder.resolve("viewers");
    }

    @Override
    protected Users.Opened open() {
        try {
            return UsersFile.openOrCreate(file(), RANDOM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void put(String name, String role, String accounts, String hash) {
        try {
            Files.writeString(
                    file(),
                    "%s:%s:%s:%s%n".formatted(name, role, accounts, hash),
                    StandardOpenOption.APPEND);
            // Two changes in one tick of a coarse clock would look like one.
            Files.setLastModifiedTime(
                    file(), FileTime.from(Instant.now().plusSeconds(later.incrementAndGet())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void open_brokenLine_isRefusedWithItsPlace() throws Exception {
        Files.writeString(file(), "ann:boss::" + HASH + "\n");
        assertThatThrownBy(this::open)
                .hasMessageContaining("viewers:1: role: boss (expected: view, operate or admin)");
    }

    @Test
    void find_fileBrokenLater_keepsWhoWasThere() {
        Users users = open().users();
        put("a b", "view", "", HASH);
        assertThat(users.find("admin")).isPresent();
        assertThat(users.find("a b")).isEmpty();
    }
}
