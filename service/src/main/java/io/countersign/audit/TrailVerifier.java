// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.LogVerifier.Pin;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.DamagedTree;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Checks a whole trail file, also one that is in use or came from elsewhere: every body, every tree
 * node, every checkpoint, and that what is missing was removed by an act of the log itself.
 *
 * <p>What it cannot see alone: whoever has the file and the audit key can write another history,
 * and whoever has the file can cut off what came after the last checkpoint. Checkpoints that others
 * hold show both.
 */
public final class TrailVerifier {
    private static final Duration BUSY = Duration.ofSeconds(5);

    private final Ed25519 ed25519;

    public TrailVerifier(Ed25519 ed25519) {
        this.ed25519 = ed25519;
    }

    /**
     * Checks one file.
     *
     * @param vkey the log's key as known from elsewhere; empty: the file's own word is taken
     * @param held checkpoints of this log that others hold
     * @throws TrailRefused if the file is no trail of ours at all
     * @throws BadNote if a held checkpoint or the given key is malformed or not of this log
     */
    public VerifyReport verify(Path file, Optional<String> vkey, List<SignedNote> held)
            throws TrailRefused, BadNote, IOException {
        return verify(file, vkey, held, List.of());
    }

    /**
     * As {@link #verify(Path, Optional, List)}, and against trees that the caller computed itself
     * from what others hold.
     */
    public VerifyReport verify(
            Path file, Optional<String> vkey, List<SignedNote> held, List<Checkpoint> computed)
            throws TrailRefused, BadNote, IOException {
        TrailDirectory.requireTrail(file);
        Findings findings = new Findings();
        try (Handle handle = TrailDatabase.examiner(file, BUSY)) {
            handle.begin(); // one snapshot, also while the service goes on writing
            try {
                Migrations.verify(handle);
                requireOurTables(handle);
                return verify(handle, vkey, held, computed, findings);
            } finally {
                handle.rollback();
            }
        } catch (JdbiException | DamagedTree e) {
            findings.broken("cannot be read: " + AuditUnavailable.root(e).getMessage());
            return new VerifyReport("", 0, 0, 0, 0, 0, findings.all());
        }
    }

    private VerifyReport verify(
            Handle handle,
            Optional<String> vkey,
            List<SignedNote> held,
            List<Checkpoint> computed,
            Findings findings)
            throws BadNote {
        LogRow log = LogRow.read(handle);
        NoteVerifier key = key(log, vkey, findings);
        List<Pin> pins = new ArrayList<>();
        for (SignedNote note : held) {
            pins.add(new Pin(Checkpoint.verified(note, key), "a checkpoint that others hold"));
        }
        for (Checkpoint tree : computed) {
            pins.add(new Pin(tree, "what others hold"));
        }
        pins.addAll(stored(handle, key, findings));
        TrailScan scan = new TrailScan(handle, log, pins, findings);
        scan.run();
        return new VerifyReport(
                log.origin().toString(),
                scan.size(),
                scan.present(),
                scan.removed(),
                scan.fitting(),
                scan.covered(),
                findings.all());
    }

    private NoteVerifier key(LogRow log, Optional<String> vkey, Findings findings) throws BadNote {
        if (vkey.isPresent()) {
            NoteVerifier given = NoteVerifier.parse(vkey.get(), ed25519);
            if (!given.name().equals(log.origin().toString())) {
                throw new BadNote(
                        "key: of %s (expected: of %s)".formatted(given.name(), log.origin()));
            }
            if (!given.vkey().equals(log.vkey())) {
                findings.broken("names another key than the one given");
            }
            return given;
        }
        findings.notice(
                Finding.WHOLE,
                "no key was given: that the file's own key signed it does not say whose it is");
        try {
            return NoteVerifier.parse(log.vkey(), ed25519);
        } catch (BadNote e) {
            throw new DamagedTrail("log: " + e.getMessage());
        }
    }

    private static List<Pin> stored(Handle handle, NoteVerifier key, Findings findings) {
        List<Pin> pins = new ArrayList<>();
        handle.createQuery("SELECT size, note FROM checkpoint ORDER BY size")
                .map((row, _) -> {
                    long size = row.getLong(1);
                    String note = row.getString(2);
                    pin(size, note, key, findings).ifPresent(pins::add);
                    return size;
                })
                .forEach(_ -> {});
        return pins;
    }

    private static Optional<Pin> pin(long size, String note, NoteVerifier key, Findings findings) {
        try {
            Checkpoint checkpoint = Checkpoint.verified(SignedNote.parse(note), key);
            if (checkpoint.size() == size) {
                return Optional.of(new Pin(checkpoint, "its own checkpoint"));
            }
            findings.broken(size, "the checkpoint here is that of " + checkpoint.size());
        } catch (BadNote e) {
            findings.broken(size, "bad checkpoint: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Views and triggers could show a verifier other rows than an auditor. */
    private static void requireOurTables(Handle handle) throws TrailRefused {
        try (Handle fresh = Jdbi.create("jdbc:sqlite::memory:").open()) {
            Migrations.apply(fresh);
            if (!tables(fresh).equals(tables(handle))) {
                throw new TrailRefused("schema: not that of a trail of this version");
            }
        }
    }

    private static List<String> tables(Handle handle) {
        return handle.createQuery(
                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
                                + " WHERE name <> 'sqlite_sequence' ORDER BY 1")
                .mapTo(String.class)
                .list();
    }
}
