// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import io.countersign.audit.Receipt;
import io.countersign.audit.Retention;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailKeeper;
import io.countersign.audit.TrailReader;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailSettings;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A trail on disk with its relay, without an instance around them. */
final class RelayedTrail implements AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SqliteTrail trail;
    private final AuditDrafts drafts;
    private final WriterPresence presence;
    private final AuditLink link;
    private final Relay relay;
    private final Path directory;
    private boolean relaying;

    private RelayedTrail(
            SqliteTrail trail,
            String instance,
            NatsTarget target,
            Path directory,
            StreamSettings settings) {
        this.trail = trail;
        this.directory = directory;
        this.drafts = drafts(instance);
        this.presence = new WriterPresence(instance, trail.origin() + " " + UUID.randomUUID());
        this.link = AuditLink.writing(target, instance, presence);
        this.relay =
                new Relay(
                        link,
                        presence,
                        trail.reader(),
                        trail.verifier().vkey(),
                        directory,
                        settings,
                        Clock.systemUTC());
    }

    private static AuditDrafts drafts(String instance) {
        return new AuditDrafts(
                instance,
                new EntryIds(Clock.systemUTC(), new SecureRandom()),
                Clock.systemUTC(),
                System::nanoTime,
                text -> "h");
    }

    static RelayedTrail open(
            NatsTarget target, String instance, Path directory, StreamSettings settings)
            throws Exception {
        Path key = directory.resolve("checkpoint.nk");
        if (!Files.exists(key)) {
            Files.createDirectories(directory);
            try (Seed fresh = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
                fresh.write(key);
            }
        }
        try (Seed seed = Seed.read(key)) {
            SqliteTrail trail =
                    SqliteTrail.open(
                            TrailSettings.of(directory, "east", instance)
                                    .withAppendLimit(Duration.ofSeconds(5))
                                    .withCheckpoints(100, Duration.ofMillis(500)),
                            ED25519.signer(seed),
                            ED25519,
                            Clock.systemUTC(),
                            new SecureRandom(),
                            CheckpointListener.NONE);
            return new RelayedTrail(trail, instance, target, directory, settings);
        }
    }

    void startRelay() {
        relay.start();
        relaying = true;
    }

    void stopRelay() {
        relay.close();
        relaying = false;
    }

    Optional<Checkpoint> askAtStart() throws TrailRefused {
        return new StreamAtStart(link, presence, trail.reader()).ask(PATIENCE);
    }

    AuditEntry entry() {
        return drafts.entry(Kind.DECISION)
                .decision(AuditEntry.ALLOW)
                .principal("users:ann")
                .build();
    }

    /** Appends so many entries, and waits until they are on disk. */
    void fill(int count) throws Exception {
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(trail.submit(entry()).toCompletableFuture());
        }
        for (CompletableFuture<Receipt> receipt : receipts) {
            receipt.get();
        }
    }

    /** Waits until the stream has every entry, and the checkpoint over them. */
    void awaitRelayed() {
        Wait.until(
                "all relayed",
                PATIENCE,
                () ->
                        lastCheckpoint().size() == size()
                                && relay.status().behind() == 0
                                && relay.status().noted());
    }

    ReplicatedTrail replicated(Duration limit) {
        return new ReplicatedTrail(trail, relay, limit);
    }

    Relay relay() {
        return relay;
    }

    TrailReader reader() {
        return trail.reader();
    }

    LogSubject subject() {
        return LogSubject.of(trail.origin());
    }

    long size() {
        return trail.reader().size();
    }

    Checkpoint lastCheckpoint() {
        try {
            var note = trail.reader().lastCheckpoint();
            return note.isEmpty()
                    ? new Checkpoint("", 0, TreeHash.EMPTY)
                    : Checkpoint.parse(note.get());
        } catch (AuditUnavailable | BadNote e) {
            throw new IllegalStateException(e);
        }
    }

    /** Retention takes the bodies of all that is there. */
    void removeOlder() throws Exception {
        new TrailKeeper(trail, drafts)
                .retain(
                        new Retention(Optional.of(Duration.ofHours(1)), Optional.empty()),
                        Instant.now().plus(Duration.ofDays(1)));
    }

    /** As {@code audit verify TRAIL --stream} does it. */
    VerifyReport verifiedAgainst(StreamVerifier.Held held) throws Exception {
        List<SignedNote> notes = new ArrayList<>(held.notes());
        notes.addAll(held.others());
        return new TrailVerifier(ED25519)
                .verify(
                        directory.resolve("trail.db"),
                        held.vkey(),
                        notes,
                        held.head().stream().toList());
    }

    void awaitMark() {
        Path mark = directory.resolve("relayed");
        Wait.until(
                "position remembered",
                PATIENCE,
                () -> {
                    try {
                        return Files.exists(mark)
                                && Files.readString(mark).contains(" " + size() + " true");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Override
    public void close() throws IOException {
        if (relaying) {
            relay.close();
        }
        link.close();
        trail.close();
    }
}
