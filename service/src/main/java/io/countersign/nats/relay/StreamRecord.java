// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.audit.LogPiece;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One message of the audit stream. Reading it verifies nothing but its form: whoever may publish in
 * the operations account could have written it.
 */
public sealed interface StreamRecord {
    /** An entry; {@code body} are the exact bytes that its leaf hash is made of. */
    record Entry(long seq, byte[] body) implements StreamRecord {
        /** Hash under which the entry stands in the tree. */
        public TreeHash leaf() {
            return TreeHash.leaf(body);
        }

        /** The facts, read strictly. */
        public AuditEntry entry() throws BadEntry {
            return AuditEntry.decode(body);
        }
    }

    /** Entries whose bodies were gone before they could be relayed. */
    record Removed(long first, List<TreeHash> leaves) implements StreamRecord {}

    /** A signed checkpoint with what is needed to check it, and to go on from it. */
    record Noted(long size, SignedNote note, String vkey, List<TreeHash> subtrees)
            implements StreamRecord {
        /** What it says; whether the log's key signed it is checked elsewhere. */
        public Checkpoint checkpoint() throws BadNote {
            return Checkpoint.parse(note);
        }
    }

    /** A message's kind, in the header {@code Countersign-Kind}. */
    enum Kind {
        ENTRY,
        REMOVED,
        CHECKPOINT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Digits of the largest number that is taken: all such fit into a long. */
    int LONGEST_NUMBER = 18;

    /** Which of them it is. */
    String KIND = "Countersign-Kind";

    /** Place of the entry, of the first removed one, or entries under a checkpoint. */
    String SEQ = "Countersign-Seq";

    /** Stream sequence of the log's newest checkpoint before this message. */
    String CHECKPOINT = "Countersign-Checkpoint";

    /** The key that signs a log's checkpoints, as a C2SP vkey. */
    String KEY = "Countersign-Key";

    /** Hashes of a checkpoint's complete subtrees, left to right. */
    String SUBTREES = "Countersign-Subtrees";

    /** The message of a piece of a log. */
    static Draft draft(LogPiece piece, String log, String vkey) {
        return switch (piece) {
            case LogPiece.Present(var id, var entry) ->
                    new Draft(headers(Kind.ENTRY, entry.seq(), id.toString()), entry.body(), piece);
            case LogPiece.Removed(var first, var leaves) ->
                    new Draft(
                            headers(
                                    Kind.REMOVED,
                                    first,
                                    "%s-%d-%d".formatted(log, first, leaves.size())),
                            lines(leaves).getBytes(StandardCharsets.US_ASCII),
                            piece);
            case LogPiece.Noted(var size, var note, var subtrees) -> {
                Headers headers = headers(Kind.CHECKPOINT, size, log + "@" + size);
                headers.put(KEY, vkey);
                headers.put(SUBTREES, String.join(",", texts(subtrees)));
                yield new Draft(headers, note.encoded().getBytes(StandardCharsets.UTF_8), piece);
            }
        };
    }

    /** A message that is not yet published. */
    record Draft(Headers headers, byte[] data, LogPiece piece) {
        int bytes() {
            return data.length + 512;
        }
    }

    private static Headers headers(Kind kind, long seq, String id) {
        Headers headers = new Headers();
        headers.put("Nats-Msg-Id", id);
        headers.put(KIND, kind.word());
        headers.put(SEQ, Long.toString(seq));
        return headers;
    }

    /**
     * Reads a message.
     *
     * @throws NotOurs if it has not the form of one of ours
     */
    static StreamRecord read(@Nullable Headers headers, byte @Nullable [] data) throws NotOurs {
        if (headers == null || data == null) {
            throw new NotOurs("no headers");
        }
        long seq = number(headers, SEQ).orElseThrow(() -> new NotOurs("no " + SEQ));
        String kind = header(headers, KIND);
        try {
            return switch (kind) {
                case "entry" -> new Entry(seq, data);
                case "removed" -> new Removed(seq, hashes(text(data).split("\n", -1)));
                case "checkpoint" ->
                        new Noted(
                                seq,
                                SignedNote.parse(new String(data, StandardCharsets.UTF_8)),
                                header(headers, KEY),
                                hashes(header(headers, SUBTREES).split(",", -1)));
                default -> throw new NotOurs("unknown " + KIND);
            };
        } catch (BadNote e) {
            throw new NotOurs(String.valueOf(e.getMessage()));
        }
    }

    /** Stream sequence of the log's newest checkpoint before this message, if there is one. */
    static OptionalLong checkpointBefore(Headers headers) throws NotOurs {
        return headers.containsKey(CHECKPOINT)
                ? OptionalLong.of(
                        number(headers, CHECKPOINT)
                                .orElseThrow(() -> new NotOurs("bad " + CHECKPOINT)))
                : OptionalLong.empty();
    }

    private static Optional<Long> number(Headers headers, String name) {
        String text = header(headers, name);
        return isNumber(text) ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** Asked twice for every message that a witness reads: no regular expression. */
    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.charAt(0) != '0' || text.length() == 1;
    }

    private static String header(Headers headers, String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.US_ASCII);
    }

    private static String lines(List<TreeHash> hashes) {
        return String.join("\n", texts(hashes));
    }

    private static List<String> texts(List<TreeHash> hashes) {
        return hashes.stream().map(TreeHash::toString).toList();
    }

    private static List<TreeHash> hashes(String[] texts) throws BadNote {
        List<TreeHash> hashes = new ArrayList<>();
        for (String text : texts) {
            hashes.add(TreeHash.parse(text));
        }
        return List.copyOf(hashes);
    }
}
