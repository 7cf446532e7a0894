// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A public NATS key: type and 32 bytes (reference 5.1). Immutable, compared by value. There is none
 * of small order or in another encoding than the canonical one, whoever made it.
 */
public final class NKey {
    /** Bytes of a key. */
    public static final int RAW_LENGTH = 32;

    private static final int TEXT_LENGTH = 56;

    private final NKeyType type;
    private final byte[] raw;
    private final String text;

    private NKey(NKeyType type, byte[] raw, String text) {
        this.type = type;
        this.raw = raw;
        this.text = text;
    }

    /**
     * Parses the 56-character text form, strictly: exact length, prefix, CRC, canonical coding, no
     * small-order point.
     */
    public static NKey parse(String text) throws InvalidKey {
        if (text.length() != TEXT_LENGTH) {
            String found = text.startsWith("S") ? "a seed?" : text.length() + " characters";
            throw new InvalidKey("nkey: " + found + " (expected: a public key, 56 characters)");
        }
        // ISO-8859-1, so that a character above 255 becomes '?', which is not base32.
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] coded = Base32.decode(ascii, 0, TEXT_LENGTH);
        if (!Crc16.isSealed(coded)) {
            throw new InvalidKey("nkey: checksum does not match");
        }
        NKeyType type =
                NKeyType.ofPrefix(coded[0] & 0xff)
                        .orElseThrow(() -> new InvalidKey("nkey: not a type of public key"));
        byte[] raw = Arrays.copyOfRange(coded, 1, 1 + RAW_LENGTH);
        refuseWeak(type, raw);
        return new NKey(type, raw, text);
    }

    /** Parses and insists on a type. */
    public static NKey parse(String text, NKeyType expected) throws InvalidKey {
        NKey key = parse(text);
        if (key.type != expected) {
            throw new InvalidKey("nkey: type %s (expected: %s)".formatted(key.type, expected));
        }
        return key;
    }

    /** From 32 raw bytes (copied). */
    public static NKey of(NKeyType type, byte[] raw) throws InvalidKey {
        if (raw.length != RAW_LENGTH) {
            throw new InvalidKey("nkey: " + raw.length + " bytes (expected: 32)");
        }
        refuseWeak(type, raw);
        byte[] coded = new byte[1 + RAW_LENGTH + 2];
        coded[0] = (byte) type.prefix();
        System.arraycopy(raw, 0, coded, 1, RAW_LENGTH);
        Crc16.seal(coded);
        String text = new String(Base32.encode(coded), StandardCharsets.US_ASCII);
        return new NKey(type, raw.clone(), text);
    }

    private static void refuseWeak(NKeyType type, byte[] raw) throws InvalidKey {
        switch (type) {
            case CURVE -> WeakPoints.refuseMontgomery(raw);
            case ACCOUNT, CLUSTER, SERVER, OPERATOR, USER -> WeakPoints.refuseEdwards(raw);
        }
    }

    public NKeyType type() {
        return type;
    }

    /** A copy of the 32 key bytes. */
    public byte[] bytes() {
        return raw.clone();
    }

    /** The 56-character text form. */
    public String text() {
        return text;
    }

    /** Appends the 32 key bytes. */
    public void writeTo(ByteBuffer out) {
        out.put(raw);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NKey that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text form: a public key is no secret. */
    @Override
    public String toString() {
        return text;
    }
}
