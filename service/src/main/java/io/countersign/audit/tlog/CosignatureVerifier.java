// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A witness's key (C2SP tlog-cosignature v1, signature type 4), and what it says of a checkpoint.
 * Thread-safe.
 */
public final class CosignatureVerifier {
    private static final byte COSIGNATURE = 4;
    private static final int LENGTH = Long.BYTES + 64;

    private final String name;
    private final NKey key;
    private final Ed25519 ed25519;
    private final byte[] id;

    public CosignatureVerifier(String name, NKey key, Ed25519 ed25519) throws BadNote {
        this.name = SignedNote.requireName(name);
        this.key = key;
        this.ed25519 = ed25519;
        this.id = keyId(name, key);
    }

    /** Reads a vkey. */
    public static CosignatureVerifier parse(String vkey, Ed25519 ed25519) throws BadNote {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3) {
            throw new BadNote("vkey: expected name+id+key");
        }
        byte[] typed = Base64Text.decode(parts[2]);
        if (typed.length == 0 || typed[0] != COSIGNATURE) {
            throw new BadNote("vkey: not a witness's Ed25519 key");
        }
        CosignatureVerifier verifier;
        try {
            NKey key = NKey.of(NKeyType.USER, Arrays.copyOfRange(typed, 1, typed.length));
            verifier = new CosignatureVerifier(parts[0], key, ed25519);
        } catch (InvalidKey e) {
            throw new BadNote("vkey: " + e.getMessage());
        }
        if (!HexFormat.of().formatHex(verifier.id).equals(parts[1])) {
            throw new BadNote("vkey: id " + SignedNote.shown(parts[1]) + " is not that of the key");
        }
        return verifier;
    }

    public String name() {
        return name;
    }

    /** The text form. */
    public String vkey() {
        byte[] raw = key.bytes();
        byte[] typed = new byte[1 + raw.length];
        typed[0] = COSIGNATURE;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return "%s+%s+%s"
                .formatted(
                        name,
                        HexFormat.of().formatHex(id),
                        Base64.getEncoder().encodeToString(typed));
    }

    /**
     * When the witness signed it, by its own clock; empty if it did not.
     *
     * @throws BadNote if there is a signature under its name and id that is none of its
     */
    public Optional<Instant> cosigned(SignedNote note) throws BadNote {
        Optional<Instant> when = Optional.empty();
        for (SignedNote.Signature signature : note.signatures()) {
            if (signature.isFrom(name, id)) {
                when = Optional.of(checked(signature.signature(), note.text()));
            }
        }
        return when;
    }

    private Instant checked(byte[] timed, String text) throws BadNote {
        if (timed.length == LENGTH) {
            ByteBuffer bytes = ByteBuffer.wrap(timed);
            long seconds = bytes.getLong();
            byte[] signature = new byte[bytes.remaining()];
            bytes.get(signature);
            byte[] message = Cosigner.message(seconds, text);
            if (seconds >= 0 && ed25519.verify(key, message, 0, message.length, signature)) {
                return Instant.ofEpochSecond(Math.min(seconds, Instant.MAX.getEpochSecond()));
            }
        }
        throw new BadNote("cosignature: not one of " + name);
    }

    static byte[] keyId(String name, NKey key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(name.getBytes(UTF_8));
            digest.update((byte) '\n');
            digest.update(COSIGNATURE);
            return Arrays.copyOf(digest.digest(key.bytes()), SignedNote.Signature.ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
