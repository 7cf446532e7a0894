// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.KeyedHash;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Turns revocations into signed bytes and back. Whoever reaches the cluster's port can send bytes,
 * but without the cluster secret none that pass here. Thread-safe.
 *
 * <p>Form 1, big-endian: form (1 byte), kind (1), flags (1: bit 0 lifted, bit 1 expires), id (16),
 * version (8), created (8, ms), expires (8, ms, if flagged), then value, reason and author, each a
 * length (2) and UTF-8, then any number of further fields, each a tag (1), a length (2) and bytes,
 * then HMAC-SHA-256 over all before it (32).
 *
 * <p>Builds of different versions run side by side during an upgrade. A later one may add fields: a
 * reader skips those with tags below 128, and keeps a record with a field of 128 and more that it
 * does not know, of a kind, form or flag that it does not know, as an {@link UnknownRecord}. What
 * every form keeps: form, kind, flags (bit 0), id and version in front, the HMAC at the end.
 */
public final class RevocationSeal {
    /** No record is longer, with room for fields to come. */
    public static final int LONGEST = 4096;

    static final int MAC = 32;
    private static final int FORM = 1;

    /** From this one on a field may not be skipped. */
    private static final int NEEDED = 128;

    private final KeyedHash key;
    private final Supplier<List<KeyedHash>> others;

    /** The key is derived from the cluster secret and used for nothing else. */
    public RevocationSeal(KeyedHash key) {
        this(key, List::of);
    }

    /**
     * With keys of other secrets, while the secret is changed (decision record 0072): a record that
     * one of them signed is opened as one that the first signed, in the very bytes that it would
     * have then. So the same record is the same on all instances of one secret, however it came.
     */
    public RevocationSeal(KeyedHash key, Supplier<List<KeyedHash>> others) {
        this.key = key;
        this.others = others;
    }

    /** Signs. */
    public SignedRevocation sign(Revocation revocation) {
        ByteBuffer out = ByteBuffer.allocate(LONGEST);
        int flags =
                (revocation.isLifted() ? SignedRecord.LIFTED : 0)
                        | (revocation.expires().isPresent() ? SignedRevocation.EXPIRES : 0);
        out.put((byte) FORM).put((byte) revocation.kind().code()).put((byte) flags);
        out.putLong(revocation.id().getMostSignificantBits());
        out.putLong(revocation.id().getLeastSignificantBits());
        out.putLong(revocation.version()).putLong(revocation.created().toEpochMilli());
        revocation.expires().ifPresent(end -> out.putLong(end.toEpochMilli()));
        for (String text :
                new String[] {revocation.value(), revocation.reason(), revocation.author()}) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) utf8.length).put(utf8);
        }
        byte[] body = Arrays.copyOf(out.array(), out.position());
        return new SignedRevocation(signed(body));
    }

    /** Any body under this seal: what a newer build would write. */
    byte[] signed(byte[] body) {
        return ByteBuffer.allocate(body.length + MAC).put(body).put(key.mac(body)).array();
    }

    /**
     * Checks signature and form.
     *
     * @return a {@link SignedRevocation} if this build understands it
     * @throws BadRevocation without quoting the bytes, if it is not signed by this cluster
     */
    SignedRecord open(byte[] bytes) throws BadRevocation {
        if (bytes.length < SignedRecord.HEAD + MAC || bytes.length > LONGEST) {
            throw new BadRevocation("record: " + bytes.length + " bytes");
        }
        byte[] body = Arrays.copyOf(bytes, bytes.length - MAC);
        byte[] mac = Arrays.copyOfRange(bytes, bytes.length - MAC, bytes.length);
        byte[] ours = bytes.clone();
        if (!key.isMac(body, mac)) {
            if (others.get().stream().noneMatch(other -> other.isMac(body, mac))) {
                throw new BadRevocation("record: not signed with this cluster's secret");
            }
            ours = signed(body);
        }
        try {
            read(ByteBuffer.wrap(body));
            return new SignedRevocation(ours);
        } catch (BadRevocation _) {
            return new UnknownRecord(ours);
        }
    }

    /** The form alone, without the signature. */
    static Revocation read(ByteBuffer in) throws BadRevocation {
        try {
            int form = in.get();
            if (form != FORM) {
                throw new BadRevocation("form: " + form + " (expected: " + FORM + ")");
            }
            int code = in.get();
            RevocationKind kind =
                    RevocationKind.ofCode(code)
                            .orElseThrow(() -> new BadRevocation("kind: " + code));
            int flags = in.get();
            if ((flags & ~(SignedRecord.LIFTED | SignedRevocation.EXPIRES)) != 0) {
                throw new BadRevocation("flags: " + flags);
            }
            UUID id = new UUID(in.getLong(), in.getLong());
            long version = in.getLong();
            Instant created = Instant.ofEpochMilli(in.getLong());
            Optional<Instant> expires =
                    (flags & SignedRevocation.EXPIRES) == 0
                            ? Optional.empty()
                            : Optional.of(Instant.ofEpochMilli(in.getLong()));
            String value = text(in, Revocation.VALUE_BYTES);
            String reason = text(in, Revocation.REASON_BYTES);
            String author = text(in, Revocation.AUTHOR_BYTES);
            skip(in);
            boolean isLifted = (flags & SignedRecord.LIFTED) != 0;
            return new Revocation(
                    id, kind, value, reason, author, created, expires, version, isLifted);
        } catch (java.nio.BufferUnderflowException e) {
            throw new BadRevocation("record: cut short");
        } catch (IllegalArgumentException e) {
            throw new BadRevocation("record: a value that no revocation has");
        }
    }

    /** Fields that came after this build. */
    private static void skip(ByteBuffer in) throws BadRevocation {
        while (in.hasRemaining()) {
            int tag = in.get() & 0xff;
            int length = in.getShort() & 0xffff;
            if (tag >= NEEDED) {
                throw new BadRevocation("field: " + tag);
            }
            if (length > in.remaining()) {
                throw new BadRevocation("field: " + length + " bytes");
            }
            in.position(in.position() + length);
        }
    }

    private static String text(ByteBuffer in, int limit) throws BadRevocation {
        int length = in.getShort() & 0xffff;
        if (length > limit || length > in.remaining()) {
            throw new BadRevocation("text: " + length + " bytes");
        }
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        // Nearly all are, and an instance reads a million at its start.
        if (isAscii(utf8)) {
            byte[] ascii = new byte[length];
            utf8.get(ascii);
            return new String(ascii, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new BadRevocation("text: not UTF-8");
        }
    }

    private static boolean isAscii(ByteBuffer text) {
        for (int i = 0; i < text.remaining(); i++) {
            if (text.get(i) < 0) {
                return false;
            }
        }
        return true;
    }
}
