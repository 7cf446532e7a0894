// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

/**
 * The tree of one log at one size (C2SP tlog-checkpoint v1.0.0). Signed and held by others, it pins
 * every entry before it: whoever rewrites one cannot make this root again.
 *
 * @param origin {@code countersign/<cluster>/<instance>/<log id>}, also the name of the signing key
 */
public record Checkpoint(String origin, long size, TreeHash root) {
    /** Reads a note's text; whether anybody signed it is the {@link NoteVerifier}'s affair. */
    public static Checkpoint parse(SignedNote note) throws BadNote {
        String[] lines = note.text().split("\n", 4);
        if (lines.length < 4 || lines[0].isEmpty()) {
            throw new BadNote("checkpoint: expected origin, size and root on three lines");
        }
        if (!lines[3].isEmpty()) {
            throw new BadNote("checkpoint: extension lines (expected: none)");
        }
        return new Checkpoint(lines[0], number(lines[1]), TreeHash.parse(lines[2]));
    }

    /** Reads the note and insists on the signature. */
    public static Checkpoint verified(SignedNote note, NoteVerifier verifier) throws BadNote {
        if (!verifier.isSigned(note)) {
            throw new BadNote("checkpoint: not signed by " + verifier.name());
        }
        Checkpoint checkpoint = parse(note);
        if (!checkpoint.origin.equals(verifier.name())) {
            throw new BadNote(
                    "checkpoint: origin %s (expected: %s)"
                            .formatted(SignedNote.shown(checkpoint.origin), verifier.name()));
        }
        return checkpoint;
    }

    /** A decimal number without leading zeroes. */
    static long number(String text) throws BadNote {
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new BadNote("number: " + SignedNote.shown(text));
        }
        return Long.parseLong(text);
    }

    /** The text that is signed. */
    public String text() {
        return origin + "\n" + size + "\n" + root + "\n";
    }
}
