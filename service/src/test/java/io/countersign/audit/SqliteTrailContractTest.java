// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The trail on disk keeps the contract; it is broken down by another process that locks its file.
 */
class SqliteTrailContractTest extends AuditTrailContract {
    @TempDir Path directory;
    private SqliteTrail trail;
    private @Nullable Handle intruder;

    @BeforeEach
    void open() throws Exception {
        TrailSettings settings =
                Trails.settings(directory).withAppendLimit(Duration.ofMillis(1500));
        trail = Trails.open(settings, Trails.signer(), CheckpointListener.NONE);
    }

    @AfterEach
    void close() throws IOException {
        trail.close();
    }

    @Override
    protected AuditTrail trail() {
        return trail;
    }

    @Override
    protected void breakDown() {
        Path file = directory.resolve(TrailDirectory.DATABASE);
        Handle handle = TrailDatabase.writer(file, Duration.ofSeconds(1));
        handle.execute("BEGIN IMMEDIATE");
        intruder = handle;
    }

    @Override
    protected void repair() {
        try (Handle handle = Objects.requireNonNull(intruder)) {
            handle.execute("ROLLBACK");
        }
    }

    @Override
    protected List<AuditEntry> taken() throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        for (StoredEntry stored : trail.reader().from(0, 5000)) {
            entries.add(stored.entry());
        }
        return entries;
    }
}
