// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Opens trails for tests: a key each, checkpoints every ten entries. */
final class Trails {
    static final Ed25519 ED25519 = Ed25519.best();

    private Trails() {}

    static Signer signer() {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            return ED25519.signer(seed);
        }
    }

    static TrailSettings settings(Path directory) {
        return TrailSettings.of(directory, "east", "n1")
                .withAppendLimit(Duration.ofSeconds(5))
                .withCheckpoints(10, Duration.ofSeconds(30));
    }

    static SqliteTrail open(Path directory, Signer signer) throws TrailRefused, IOException {
        return open(settings(directory), signer, CheckpointListener.NONE);
    }

    static SqliteTrail open(TrailSettings settings, Signer signer, CheckpointListener listener)
            throws TrailRefused, IOException {
        return SqliteTrail.open(
                settings, signer, ED25519, Clock.systemUTC(), new SecureRandom(), listener);
    }

    /** Appends so many allows, as fast as the trail takes them. */
    static List<AuditEntry> fill(AuditTrail trail, int count) throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:user" + i % 10);
            entries.add(entry);
            receipts.add(trail.submit(entry).toCompletableFuture());
            if (i % 2000 == 1999) {
                receipts.getLast().get(); // do not overrun the queue
            }
        }
        for (CompletableFuture<Receipt> receipt : receipts) {
            receipt.get();
        }
        return entries;
    }
}
