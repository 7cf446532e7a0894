// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A named Ed25519 key that signs notes (C2SP signed-note, signature type 1). Its text form {@code
 * name+id+key}, the "vkey", is what a third party needs to check us. Thread-safe.
 */
public final class NoteVerifier {
    static final byte ED25519 = 1;

    private final String name;
    private final NKey key;
    private final Ed25519 ed25519;
    private final byte[] id;

    public NoteVerifier(String name, NKey key, Ed25519 ed25519) {
        try {
            this.name = SignedNote.requireName(name);
        } catch (BadNote e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        this.key = key;
        this.ed25519 = ed25519;
        this.id = keyId(name, key);
    }

    /** Reads a vkey. */
    public static NoteVerifier parse(String vkey, Ed25519 ed25519) throws BadNote {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3) {
            throw new BadNote("vkey: expected name+id+key");
        }
        byte[] typed = Base64Text.decode(parts[2]);
        if (typed.length == 0 || typed[0] != ED25519) {
            throw new BadNote("vkey: not an Ed25519 key");
        }
        NKey key;
        try {
            // The nkey type is not part of a note's key; any that can verify will do.
            key = NKey.of(NKeyType.USER, Arrays.copyOfRange(typed, 1, typed.length));
        } catch (InvalidKey e) {
            throw new BadNote("vkey: " + e.getMessage());
        }
        NoteVerifier verifier = new NoteVerifier(SignedNote.requireName(parts[0]), key, ed25519);
        if (!HexFormat.of().formatHex(verifier.id).equals(parts[1])) {
            throw new BadNote("vkey: id " + SignedNote.shown(parts[1]) + " is not that of the key");
        }
        return verifier;
    }

    public String name() {
        return name;
    }

    byte[] id() {
        return id.clone();
    }

    /** The text form. */
    public String vkey() {
        byte[] raw = key.bytes();
        byte[] typed = new byte[1 + raw.length];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name
                + "+"
                + HexFormat.of().formatHex(id)
                + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /**
     * True if this key signed the note. Signatures of other keys do not matter; a bad one under
     * this key's name and id makes the note bad.
     */
    public boolean isSigned(SignedNote note) {
        byte[] text = note.text().getBytes(UTF_8);
        boolean signed = false;
        for (SignedNote.Signature signature : note.signatures()) {
            if (signature.isFrom(name, id)) {
                if (!ed25519.verify(key, text, 0, text.length, signature.signature())) {
                    return false;
                }
                signed = true;
            }
        }
        return signed;
    }

    /** First four bytes of SHA-256(name, newline, type, key). */
    static byte[] keyId(String name, NKey key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(name.getBytes(UTF_8));
            digest.update((byte) '\n');
            digest.update(ED25519);
            return Arrays.copyOf(digest.digest(key.bytes()), SignedNote.Signature.ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return vkey();
    }
}
