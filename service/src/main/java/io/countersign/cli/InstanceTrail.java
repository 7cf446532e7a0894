// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AsyncTrail;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.CoalescerSettings;
import io.countersign.audit.RefusalCoalescer;
import io.countersign.audit.Retention;
import io.countersign.audit.SpoolingTrail;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailCare;
import io.countersign.audit.TrailKeeper;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailSettings;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.relay.ReplicatedTrail;
import io.countersign.sink.SinkStatus;
import io.countersign.sink.Sinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/**
 * An instance's trail as it is configured: what the request path writes to, and the log on disk
 * behind it. Floods of refusals are counted instead of written one by one, so that a stranger
 * cannot fill the disk.
 */
record InstanceTrail(
        SqliteTrail disk,
        Optional<SpoolingTrail> spool,
        RefusalCoalescer front,
        Optional<InstanceRelay> relay,
        Optional<InstanceWitness> witness,
        Sinks sinks,
        TrailKeeper keeper,
        TrailCare care)
        implements AutoCloseable {
    /**
     * Opens the trail on disk, and begins to relay it and to feed the sinks.
     *
     * @param operations the account of the audit stream; without it nothing is relayed
     */
    static InstanceTrail open(
            ServiceConfig config,
            Optional<NatsTarget> operations,
            AuditDrafts drafts,
            Secrets secrets,
            Ed25519 ed25519,
            Clock clock,
            SecureRandom random)
            throws IOException, InvalidKey, TrailRefused {
        Path directory = config.audit().directory().resolve(config.instance());
        SqliteTrail disk =
                SqliteTrail.open(
                        TrailSettings.of(directory, config.cluster(), config.instance()),
                        auditKey(directory, ed25519, random),
                        ed25519,
                        clock,
                        random,
                        CheckpointListener.NONE);
        try {
            Optional<InstanceRelay> relay =
                    operations.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    InstanceRelay.start(
                                            operations.get(), config, disk, directory, clock));
            Optional<SpoolingTrail> spool =
                    config.audit().spool() == 0
                            ? Optional.empty()
                            : Optional.of(SpoolingTrail.inFrontOf(disk, config.audit().spool()));
            AuditTrail durable =
                    switch (config.audit().durability()) {
                        case LOCAL -> spool.isPresent() ? spool.get() : disk;
                        case REPLICATED ->
                                new ReplicatedTrail(
                                        disk,
                                        relay.orElseThrow().relay(),
                                        config.limits().deadline());
                        case ASYNC -> new AsyncTrail(disk, drafts);
                    };
            Sinks sinks = InstanceSinks.start(config, secrets, disk.reader(), directory);
            TrailKeeper keeper = new TrailKeeper(disk, drafts);
            TrailCare care =
                    TrailCare.start(
                            disk,
                            keeper,
                            retention(config.audit().retention()),
                            () -> brought(relay, sinks, disk),
                            clock);
            Optional<InstanceWitness> witness =
                    operations.isEmpty() || config.audit().witness().isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    InstanceWitness.start(
                                            operations.get(),
                                            config,
                                            config.audit().witness().get(),
                                            directory,
                                            ed25519,
                                            random,
                                            clock));
            return new InstanceTrail(
                    disk,
                    spool,
                    RefusalCoalescer.inFrontOf(durable, CoalescerSettings.DEFAULT),
                    relay,
                    witness,
                    sinks,
                    keeper,
                    care);
        } catch (TrailRefused | IOException | InvalidKey | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static Retention retention(ServiceConfig.Retention config) {
        return new Retention(
                config.age(),
                config.bytes().isPresent()
                        ? Optional.of(config.bytes().getAsLong())
                        : Optional.empty());
    }

    /** The first place that the stream, or one of the sinks, has not got yet. */
    private static long brought(Optional<InstanceRelay> relay, Sinks sinks, SqliteTrail disk) {
        long size = disk.reader().size();
        long slowest = sinks.statuses().stream().mapToLong(SinkStatus::behind).max().orElse(0);
        long relayed = relay.map(each -> each.relay().status().relayed()).orElse(size);
        return Math.min(relayed, Math.max(0, size - slowest));
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
        care.close();
        front.close();
        spool.ifPresent(SpoolingTrail::close);
        sinks.close();
        witness.ifPresent(InstanceWitness::close);
        relay.ifPresent(InstanceRelay::close);
        disk.close();
    }
}
