// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.LogOrigin;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.countersign.nats.relay.CosignedNote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others signed of checkpoints, kept beside these: a signature may come before the checkpoint
 * that it is under, or a second time. Only what its own key made is kept; whether anybody knows
 * that key is asked when a proof is made. Used within one transaction.
 */
final class Cosignatures {
    private static final Logger log = LoggerFactory.getLogger(Cosignatures.class);

    /** An origin, a number, a hash and two signatures need some 600. */
    private static final int LONGEST = 1024;

    /** So many keys that nobody knows are kept of one checkpoint: anybody can make them. */
    private static final int STRANGERS = 16;

    /** Of one witness, until one is found that the log has, too: usually the first. */
    private static final int LOOKED_AT = 20;

    /** For a test of how the databases do it: most logs have witnesses that never signed them. */
    static final String NEWEST =
            "SELECT k.note, c.note FROM cosignature k JOIN checkpoint c"
                    + " ON c.log = k.log AND c.size = k.size"
                    + " WHERE k.log = ? AND k.vkey = ? ORDER BY k.size DESC LIMIT "
                    + LOOKED_AT;

    private final Handle handle;
    private final Witnesses witnesses;
    private final Ed25519 ed25519 = Ed25519.best();

    Cosignatures(Handle handle, Witnesses witnesses) {
        this.handle = handle;
        this.witnesses = witnesses;
    }

    /**
     * A signature that is kept.
     *
     * @param note with the signatures of the log, as the witness saw it, and of the witness
     */
    record Kept(String vkey, SignedNote note) {}

    /** One line under a note, and when it was made. */
    private record Signed(SignedNote.Signature line, Instant at) {}

    /** Keeps one, if it is what it says. Up to which entry that is of the log; empty if not. */
    OptionalLong take(CosignedNote told) {
        try {
            CosignatureVerifier witness = told.verified(ed25519);
            Signed signed = signed(witness, told.note());
            Checkpoint seen = Checkpoint.parse(told.note());
            LogOrigin origin = LogOrigin.parse(seen.origin());
            if (!origin.log().equals(told.subject().log().log())
                    || !origin.instance().equals(told.subject().log().instance())) {
                throw new BadNote("it is a checkpoint of " + origin);
            }
            List<SignedNote.Signature> signatures = new ArrayList<>();
            told.note().signatures().stream()
                    .filter(s -> s.name().equals(seen.origin()))
                    .limit(1)
                    .forEach(signatures::add);
            signatures.add(signed.line());
            SignedNote note = new SignedNote(told.note().text(), signatures);
            keep(origin.log(), seen.size(), new Kept(witness.vkey(), note), signed.at());
            return OptionalLong.of(seen.size());
        } catch (BadNote | IllegalArgumentException e) {
            log.warn("what was co-signed on {} is not kept: {}", told.subject(), e.getMessage());
            return OptionalLong.empty();
        }
    }

    private static Signed signed(CosignatureVerifier witness, SignedNote note) throws BadNote {
        for (SignedNote.Signature line : note.signatures()) {
            Optional<Instant> at = Witnesses.when(witness, note.text(), line);
            if (at.isPresent()) {
                return new Signed(line, at.get());
            }
        }
        throw new BadNote("not signed by " + witness.name());
    }

    private void keep(String of, long size, Kept kept, Instant at) throws BadNote {
        String text = kept.note().encoded();
        if (text.length() > LONGEST) {
            throw new BadNote(text.length() + " characters (expected: <= " + LONGEST + ")");
        }
        if (!witnesses.knows(kept.vkey()) && others(of, size, kept.vkey()) >= STRANGERS) {
            throw new BadNote(STRANGERS + " other keys signed it already");
        }
        // Signed more than once, the first time says most, in whatever order they come.
        handle.createUpdate(
                        "INSERT INTO cosignature (log, size, vkey, at, note) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (log, size, vkey) DO UPDATE SET at = excluded.at,"
                                + " note = excluded.note WHERE excluded.at < cosignature.at")
                .bind(0, of)
                .bind(1, size)
                .bind(2, kept.vkey())
                .bind(3, at.getEpochSecond())
                .bind(4, text)
                .execute();
    }

    private int others(String of, long size, String vkey) {
        return handle.createQuery(
                        "SELECT count(*) FROM cosignature WHERE log = ? AND size = ? AND vkey <> ?")
                .bind(0, of)
                .bind(1, size)
                .bind(2, vkey)
                .mapTo(Integer.class)
                .one();
    }

    /** Of checkpoints of a log, by how many entries they have, in an order that does not change. */
    static Map<Long, List<Kept>> between(Handle handle, String log, long from, long to) {
        record At(long size, Kept kept) {}
        return handle
                .createQuery(
                        "SELECT size, vkey, note FROM cosignature"
                                + " WHERE log = ? AND size >= ? AND size <= ? ORDER BY size, vkey")
                .bind(0, log)
                .bind(1, from)
                .bind(2, to)
                .map((row, _) ->
                        new At(row.getLong(1), new Kept(row.getString(2), note(row.getString(3)))))
                .list()
                .stream()
                .collect(
                        Collectors.groupingBy(
                                At::size, Collectors.mapping(At::kept, Collectors.toList())));
    }

    /** What is kept of a checkpoint's size and stands under another tree. */
    static List<Kept> against(Handle handle, String log, Chain.Note checkpoint) {
        return between(handle, log, checkpoint.size(), checkpoint.size())
                .getOrDefault(checkpoint.size(), List.of())
                .stream()
                .filter(kept -> !kept.note().text().equals(checkpoint.note().text()))
                .toList();
    }

    /** The largest checkpoint of a log that a known witness signed, and that the log has, too. */
    static Optional<TrailState.Witnessed> newest(Handle handle, String log, Witnesses witnesses) {
        return witnesses.keys().stream()
                .flatMap(key -> newest(handle, log, key).stream())
                .max(Comparator.comparingLong(TrailState.Witnessed::entries));
    }

    private static Optional<TrailState.Witnessed> newest(
            Handle handle, String log, CosignatureVerifier witness) {
        record Pair(SignedNote cosigned, SignedNote checkpoint) {}
        return handle
                .createQuery(NEWEST)
                .bind(0, log)
                .bind(1, witness.vkey())
                .map((row, _) -> new Pair(note(row.getString(1)), note(row.getString(2))))
                .list()
                .stream()
                .filter(pair -> pair.cosigned().text().equals(pair.checkpoint().text()))
                .flatMap(pair -> witnessed(witness, pair.cosigned()).stream())
                .findFirst();
    }

    private static Optional<TrailState.Witnessed> witnessed(
            CosignatureVerifier witness, SignedNote cosigned) {
        try {
            long size = Checkpoint.parse(cosigned).size();
            return witness.cosigned(cosigned)
                    .map(at -> new TrailState.Witnessed(size, witness.name(), at));
        } catch (BadNote e) {
            throw new IndexUnusable("index: a checkpoint is damaged: " + e.getMessage(), e);
        }
    }

    static SignedNote note(String text) {
        try {
            return SignedNote.parse(text);
        } catch (BadNote e) {
            throw new IndexUnusable("index: a checkpoint is damaged: " + e.getMessage(), e);
        }
    }
}
