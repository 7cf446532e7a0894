// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Receipt;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailKeeper;
import io.countersign.audit.TrailSettings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A real trail on disk, without an instance around it. */
public final class TestTrail implements AutoCloseable {
    private final Path directory;
    private final String instance;
    private final SqliteTrail trail;

    private TestTrail(Path directory, String instance, SqliteTrail trail) {
        this.directory = directory;
        this.instance = instance;
        this.trail = trail;
    }

    public static TestTrail open(Path directory, String instance) throws Exception {
        Path key = directory.resolve("checkpoint.nk");
        if (!Files.exists(key)) {
            Files.createDirectories(directory);
            try (Seed fresh = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
                fresh.write(key);
            }
        }
        try (Seed seed = Seed.read(key)) {
            return new TestTrail(
                    directory,
                    instance,
                    SqliteTrail.open(
                            TrailSettings.of(directory, "east", instance)
                                    .withAppendLimit(Duration.ofSeconds(30))
                                    .withCheckpoints(100, Duration.ofMillis(200)),
                            Ed25519.best().signer(seed),
                            Ed25519.best(),
                            Clock.systemUTC(),
                            new SecureRandom(),
                            CheckpointListener.NONE));
        }
    }

    public Path file() {
        return directory.resolve("trail.db");
    }

    TrailKeeper keeper() {
        return new TrailKeeper(
                trail,
                new AuditDrafts(
                        instance,
                        new EntryIds(Clock.systemUTC(), new SecureRandom()),
                        Clock.systemUTC(),
                        System::nanoTime,
                        text -> "h" + text.hashCode()));
    }

    public void append(List<AuditEntry> entries) {
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (AuditEntry entry : entries) {
            receipts.add(
                    trail.submit(entry.toBuilder().at("", AuditEntry.UNWRITTEN).build())
                            .toCompletableFuture());
        }
        receipts.forEach(CompletableFuture::join);
    }

    @Override
    public void close() throws IOException {
        trail.close();
    }
}
