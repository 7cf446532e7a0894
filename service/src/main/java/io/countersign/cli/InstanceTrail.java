// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AsyncTrail;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.CoalescerSettings;
import io.countersign.audit.RefusalCoalescer;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailSettings;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.Problem;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/**
 * An instance's trail as it is configured: what the request path writes to, and the log on disk
 * behind it. Floods of refusals are counted instead of written one by one, so that a stranger
 * cannot fill the disk.
 */
record InstanceTrail(SqliteTrail disk, RefusalCoalescer front) implements AutoCloseable {
    static InstanceTrail open(
            Path file,
            ServiceConfig config,
            AuditDrafts drafts,
            Ed25519 ed25519,
            Clock clock,
            SecureRandom random)
            throws IOException, InvalidKey, TrailRefused {
        Path directory = config.audit().directory().resolve(config.instance());
        if (config.audit().durability() == ServiceConfig.Durability.REPLICATED) {
            throw new ConfigInvalid(
                    List.of(
                            new Problem(
                                    file,
                                    0,
                                    "audit.durability",
                                    "replicated (expected: local or async; this version has no"
                                            + " relay to JetStream yet)")));
        }
        SqliteTrail disk =
                SqliteTrail.open(
                        TrailSettings.of(directory, config.cluster(), config.instance()),
                        auditKey(directory, ed25519, random),
                        ed25519,
                        clock,
                        random,
                        CheckpointListener.NONE);
        AuditTrail durable =
                switch (config.audit().durability()) {
                    case LOCAL, REPLICATED -> disk;
                    case ASYNC -> new AsyncTrail(disk, drafts);
                };
        return new InstanceTrail(
                disk, RefusalCoalescer.inFrontOf(durable, CoalescerSettings.DEFAULT));
    }

    /** The key that signs checkpoints: made at the first start, used for nothing else. */
    private static Signer auditKey(Path directory, Ed25519 ed25519, SecureRandom random)
            throws IOException, InvalidKey {
        Path file = directory.resolve("checkpoint.nk");
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            try (Seed fresh = Seed.generate(NKeyType.ACCOUNT, random)) {
                fresh.write(file);
            }
        }
        try (Seed seed = Seed.read(file)) {
            return ed25519.signer(seed);
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        disk.close();
    }
}
