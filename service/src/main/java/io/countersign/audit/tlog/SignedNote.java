// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A text with signatures under it (C2SP signed-note v1.0.0). Reading one verifies nothing; {@link
 * NoteVerifier} does.
 *
 * @param text ends in a newline, which is signed with it
 */
public record SignedNote(String text, List<Signature> signatures) {
    private static final int MAX_SIGNATURES = 64;
    private static final int MAX_LENGTH = 1 << 20;
    private static final int SHOWN = 80;
    private static final String SEPARATOR = "\n\n";
    private static final String DASH = "\u2014 ";

    public SignedNote {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("text: no newline at its end");
        }
        signatures = List.copyOf(signatures);
    }

    /**
     * One signature line.
     *
     * @param name of the key
     * @param base64 four bytes of key id, then the signature
     */
    public record Signature(String name, String base64) {
        static final int ID_LENGTH = 4;

        static Signature of(String name, byte[] id, byte[] signature) {
            byte[] bytes = Arrays.copyOf(id, id.length + signature.length);
            System.arraycopy(signature, 0, bytes, id.length, signature.length);
            return new Signature(name, Base64.getEncoder().encodeToString(bytes));
        }

        boolean isFrom(String key, byte[] id) {
            return name.equals(key) && Arrays.equals(Arrays.copyOf(bytes(), ID_LENGTH), id);
        }

        byte[] signature() {
            byte[] bytes = bytes();
            return Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length);
        }

        private byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        private String line() {
            return DASH + name + " " + base64 + "\n";
        }
    }

    public static SignedNote parse(String note) throws BadNote {
        if (note.length() > MAX_LENGTH) {
            throw new BadNote("note: " + note.length() + " characters (expected: <= 1048576)");
        }
        for (int i = 0; i < note.length(); i++) {
            if (note.charAt(i) < ' ' && note.charAt(i) != '\n') {
                throw new BadNote("note: control character at " + i);
            }
        }
        int end = note.lastIndexOf(SEPARATOR);
        if (end < 0 || !note.endsWith("\n")) {
            throw new BadNote("note: no signature lines");
        }
        String lines = note.substring(end + SEPARATOR.length());
        List<Signature> signatures = new ArrayList<>();
        for (String line : lines.split("\n", MAX_SIGNATURES + 2)) {
            if (!line.isEmpty()) {
                signatures.add(signature(line));
            }
        }
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            throw new BadNote("note: " + signatures.size() + " signatures (expected: 1 to 64)");
        }
        return new SignedNote(note.substring(0, end + 1), signatures);
    }

    private static Signature signature(String line) throws BadNote {
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new BadNote("note: not a signature line");
        }
        String name = requireName(line.substring(DASH.length(), space));
        String base64 = line.substring(space + 1);
        int length = Base64Text.decode(base64).length;
        if (length <= Signature.ID_LENGTH) {
            throw new BadNote("note: signature of " + length + " bytes (expected: > 4)");
        }
        return new Signature(name, base64);
    }

    /** Key names have no white space and no '+'. */
    static String requireName(String name) throws BadNote {
        boolean bad =
                name.isEmpty()
                        || name.indexOf('+') >= 0
                        || name.codePoints()
                                .anyMatch(
                                        c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
        if (bad) {
            throw new BadNote("key name: " + SignedNote.shown(name));
        }
        return name;
    }

    /** A stranger's text in a message: its beginning. */
    static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** The same note with one more signature, for example of a witness. */
    public SignedNote with(Signature signature) {
        List<Signature> all = new ArrayList<>(signatures);
        all.add(signature);
        return new SignedNote(text, all);
    }

    /** The whole note as it is stored and published. */
    public String encoded() {
        StringBuilder note = new StringBuilder(text).append('\n');
        for (Signature signature : signatures) {
            note.append(signature.line());
        }
        return note.toString();
    }
}
