// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.KeyedHash;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Turns revocations into signed bytes and back. Whoever reaches the cluster's port can send bytes,
 * but without the cluster secret none that pass here. Thread-safe.
 *
 * <p>Form 1, big-endian: form (1 byte), kind (1), flags (1: bit 0 lifted, bit 1 expires), id (16),
 * version (8), created (8, ms), expires (8, ms, if flagged), then value, reason and author, each a
 * length (2) and UTF-8, then HMAC-SHA-256 over all before it (32).
 */
public final class RevocationSeal {
    /** No record is longer. */
    public static final int LONGEST = 2048;

    private static final int FORM = 1;
    private static final int MAC = 32;
    private static final int FIXED = 3 + 16 + 8 + 8;
    private static final int LIFTED = 1;
    private static final int EXPIRES = 2;

    private final KeyedHash key;

    /** The key is derived from the cluster secret and used for nothing else. */
    public RevocationSeal(KeyedHash key) {
        this.key = key;
    }

    /** Signs. */
    public SignedRevocation sign(Revocation revocation) {
        ByteBuffer out = ByteBuffer.allocate(LONGEST);
        int flags =
                (revocation.isLifted() ? LIFTED : 0)
                        | (revocation.expires().isPresent() ? EXPIRES : 0);
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
        out.put(key.mac(body));
        return new SignedRevocation(revocation, Arrays.copyOf(out.array(), out.position()));
    }

    /**
     * Checks signature and form; what is not exactly as {@link #sign} writes it is refused.
     *
     * @throws BadRevocation without quoting the bytes
     */
    public SignedRevocation open(byte[] bytes) throws BadRevocation {
        if (bytes.length < FIXED + MAC || bytes.length > LONGEST) {
            throw new BadRevocation("record: " + bytes.length + " bytes");
        }
        byte[] body = Arrays.copyOf(bytes, bytes.length - MAC);
        byte[] mac = Arrays.copyOfRange(bytes, bytes.length - MAC, bytes.length);
        if (!key.isMac(body, mac)) {
            throw new BadRevocation("record: not signed with this cluster's secret");
        }
        return new SignedRevocation(read(ByteBuffer.wrap(body)), bytes.clone());
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
            if ((flags & ~(LIFTED | EXPIRES)) != 0) {
                throw new BadRevocation("flags: " + flags);
            }
            UUID id = new UUID(in.getLong(), in.getLong());
            long version = in.getLong();
            Instant created = Instant.ofEpochMilli(in.getLong());
            Optional<Instant> expires =
                    (flags & EXPIRES) == 0
                            ? Optional.empty()
                            : Optional.of(Instant.ofEpochMilli(in.getLong()));
            String value = text(in, Revocation.VALUE_BYTES);
            String reason = text(in, Revocation.REASON_BYTES);
            String author = text(in, Revocation.AUTHOR_BYTES);
            if (in.hasRemaining()) {
                throw new BadRevocation("record: " + in.remaining() + " bytes too many");
            }
            boolean isLifted = (flags & LIFTED) != 0;
            return new Revocation(
                    id, kind, value, reason, author, created, expires, version, isLifted);
        } catch (java.nio.BufferUnderflowException e) {
            throw new BadRevocation("record: cut short");
        } catch (IllegalArgumentException e) {
            throw new BadRevocation("record: a value that no revocation has");
        }
    }

    private static String text(ByteBuffer in, int limit) throws BadRevocation {
        int length = in.getShort() & 0xffff;
        if (length > limit || length > in.remaining()) {
            throw new BadRevocation("text: " + length + " bytes");
        }
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new BadRevocation("text: not UTF-8");
        }
    }
}
