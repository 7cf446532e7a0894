// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Copies a trail while it is written. The copy can be verified and read, but is marked, so that no
 * instance goes on writing it: it would write a second history under a name that others have seen
 * further entries of. An instance that lost its disk begins a new log and keeps the copy as
 * evidence.
 */
final class TrailBackup {
    /** "CSTB" in the header. */
    static final int APPLICATION_ID = 0x43535442;

    private static final Duration BUSY = Duration.ofSeconds(5);

    private TrailBackup() {}

    /** Erased bodies are not in the copy, not even in its free space. */
    static void write(Path database, Path target) throws IOException {
        TrailDirectory.createPrivate(target);
        try {
            try (Handle source = TrailDatabase.reader(database, BUSY)) {
                source.execute("VACUUM INTO ?", target.toString());
            }
            mark(target);
            try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        } catch (JdbiException e) {
            Files.deleteIfExists(target);
            throw new IOException(target + ": no backup: " + AuditUnavailable.root(e).getMessage());
        }
    }

    private static void mark(Path target) {
        try (Handle copy = TrailDatabase.plain(target)) {
            copy.execute("PRAGMA application_id = " + APPLICATION_ID);
        }
    }
}
