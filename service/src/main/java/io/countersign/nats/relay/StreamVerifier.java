// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.HeldLogVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks all logs of the audit stream, or one of them, in one pass. Used by one thread. */
public final class StreamVerifier {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StreamLink link;
    private final Ed25519 ed25519;
    private final List<CosignatureVerifier> witnesses;

    public StreamVerifier(StreamLink link, Ed25519 ed25519) {
        this(link, ed25519, List.of());
    }

    /**
     * @param witnesses keys whose co-signatures count; empty: those of all instances, with the keys
     *     that they name
     */
    public StreamVerifier(StreamLink link, Ed25519 ed25519, List<CosignatureVerifier> witnesses) {
        this.link = link;
        this.ed25519 = ed25519;
        this.witnesses = List.copyOf(witnesses);
    }

    /**
     * What another instance put its signature under.
     *
     * @param size of the largest tree of the log that it signed
     */
    public record Cosigned(String witness, long size) {}

    /**
     * What the stream holds of one log.
     *
     * @param vkey the key that its checkpoints name; empty if there is none
     * @param notes its signed checkpoints
     * @param head the tree over all of it, if its beginning is known
     * @param cosigned by other instances, an element each
     * @param others checkpoints that they co-signed: the newest, and those that contradict
     */
    public record Held(
            LogSubject log,
            VerifyReport report,
            Optional<String> vkey,
            List<SignedNote> notes,
            Optional<Checkpoint> head,
            List<Cosigned> cosigned,
            List<SignedNote> others) {
        public Held {
            notes = List.copyOf(notes);
            cosigned = List.copyOf(cosigned);
            others = List.copyOf(others);
        }
    }

    /**
     * Reads the whole stream.
     *
     * @param only one log; empty: all
     * @param vkeys keys known from elsewhere
     */
    public List<Held> verify(Optional<LogSubject> only, List<NoteVerifier> vkeys)
            throws StreamUnreadable, InterruptedException {
        StreamReader.Extent extent = StreamReader.extent(link);
        Map<LogSubject, Reading> logs = new LinkedHashMap<>();
        if (extent.last() >= extent.first()) {
            try (StreamReader reader = StreamReader.open(link, extent.first())) {
                long sequence = 0;
                while (sequence < extent.last()) {
                    StreamMessage message =
                            reader.next(PATIENCE)
                                    .orElseThrow(() -> StreamUnreadable.silentFor(PATIENCE));
                    sequence = message.sequence();
                    read(message, only, vkeys, logs);
                    if (message.isLast()) {
                        break;
                    }
                }
            }
        }
        return logs.values().stream().map(Reading::held).toList();
    }

    private void read(
            StreamMessage message,
            Optional<LogSubject> only,
            List<NoteVerifier> vkeys,
            Map<LogSubject, Reading> logs) {
        message.cosigned()
                .ifPresent(cosigned -> {
                    Reading signed = logs.get(cosigned.subject().log());
                    if (signed != null) {
                        signed.take(cosigned);
                    }
                });
        if (message.log().isEmpty()
                || (only.isPresent() && !only.get().equals(message.log().get()))) {
            return;
        }
        logs.computeIfAbsent(message.log().get(), log -> new Reading(log, key(log, vkeys)))
                .take(message);
    }

    private static Optional<NoteVerifier> key(LogSubject log, List<NoteVerifier> vkeys) {
        return vkeys.stream().filter(key -> key.name().endsWith("/" + log.log())).findFirst();
    }

    private final class Reading {
        private final LogSubject log;
        private final HeldLogVerifier verifier;
        private final Cosignatures cosignatures;
        private final List<SignedNote> notes = new ArrayList<>();
        private Optional<String> vkey = Optional.empty();

        Reading(LogSubject log, Optional<NoteVerifier> key) {
            this.log = log;
            this.verifier = new HeldLogVerifier(log.instance(), log.log(), key, ed25519);
            this.cosignatures = new Cosignatures(verifier, witnesses, ed25519);
        }

        void take(CosignedNote cosigned) {
            cosignatures.take(cosigned, notes);
        }

        void take(StreamMessage message) {
            if (message.record().isEmpty()) {
                verifier.stranger(
                        "message %d of the stream is not ours: %s"
                                .formatted(message.sequence(), message.flaw()));
                return;
            }
            switch (message.record().get()) {
                case StreamRecord.Entry(var seq, var body) ->
                        verifier.entry(seq, body, message.time());
                case StreamRecord.Removed(var first, var leaves) -> verifier.removed(first, leaves);
                case StreamRecord.Noted noted -> {
                    verifier.checkpoint(noted.size(), noted.note(), noted.vkey(), noted.subtrees());
                    vkey = vkey.isPresent() ? vkey : Optional.of(noted.vkey());
                    notes.add(noted.note());
                }
            }
        }

        Held held() {
            Optional<NoteVerifier> key = verifier.key();
            // Only what is really of this log can be held against a file.
            List<SignedNote> signed =
                    notes.stream().filter(n -> key.isPresent() && isSigned(n, key.get())).toList();
            return new Held(
                    log,
                    verifier.report(),
                    vkey,
                    signed,
                    verifier.head(),
                    cosignatures.all(),
                    cosignatures.notes());
        }

        private static boolean isSigned(SignedNote note, NoteVerifier key) {
            try {
                Checkpoint.verified(note, key);
                return true;
            } catch (BadNote _) {
                return false;
            }
        }
    }
}
