// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.Client;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import io.countersign.audit.Receipt;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailReader;
import io.countersign.audit.TrailSettings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A real trail to which a test appends. */
final class GrowingLog implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SqliteTrail trail;
    private final EntryIds ids = new EntryIds(Clock.systemUTC(), RANDOM);
    private final List<String> appended = new ArrayList<>();

    GrowingLog(Path directory) throws Exception {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, RANDOM)) {
            trail =
                    SqliteTrail.open(
                            TrailSettings.of(directory, "east", "n1")
                                    .withAppendLimit(Duration.ofSeconds(30)),
                            Ed25519.best().signer(seed),
                            Ed25519.best(),
                            Clock.systemUTC(),
                            RANDOM,
                            CheckpointListener.NONE);
        }
    }

    /** Appends so many denies, and returns when they are on disk. */
    void grow(int count) throws Exception {
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AuditEntry entry =
                    AuditEntry.of(Kind.DECISION, ids.next(), Clock.systemUTC().instant(), "n1")
                            .decision(AuditEntry.DENY)
                            .reason("bad-credential")
                            .client(
                                    new Client(
                                            "10.0.0.7", i, "Client", "nats", "größe", "", "", ""))
                            .build();
            appended.add(entry.id().toString());
            receipts.add(trail.submit(entry).toCompletableFuture());
        }
        for (CompletableFuture<Receipt> receipt : receipts) {
            receipt.get();
        }
    }

    /** Ids so far, in the order of the log. */
    List<String> ids() {
        return List.copyOf(appended);
    }

    TrailReader reader() {
        return trail.reader();
    }

    @Override
    public void close() throws IOException {
        trail.close();
    }
}
