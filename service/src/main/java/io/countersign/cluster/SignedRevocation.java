// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A revocation in the bytes that carry it, signature included. Only {@link RevocationSeal} makes
 * one, so whoever holds it may act on it. Immutable.
 */
public final class SignedRevocation extends SignedRecord {
    static final int EXPIRES = 2;
    static final int CREATED = HEAD;
    static final int END = CREATED + Long.BYTES;

    SignedRevocation(byte[] bytes) {
        super(bytes);
    }

    /** What the bytes say; read anew each time, since most are never asked. */
    public Revocation revocation() {
        try {
            return RevocationSeal.read(
                    ByteBuffer.wrap(raw(), 0, length() - RevocationSeal.MAC).slice());
        } catch (BadRevocation e) {
            throw new IllegalStateException("it was readable when it was opened", e);
        }
    }

    /** What {@link #revocation} says, without reading the rest. */
    RevocationKind kind() {
        return RevocationKind.ofCode(raw()[KIND]).orElseThrow();
    }

    /** Likewise. */
    String value() {
        int at = (raw()[FLAGS] & EXPIRES) == 0 ? END : END + Long.BYTES;
        int length = (raw()[at] & 0xff) << 8 | (raw()[at + 1] & 0xff);
        return new String(raw(), at + Short.BYTES, length, StandardCharsets.UTF_8);
    }

    /** True while it refuses what it names. */
    boolean isInForce(Instant now) {
        if (isLifted()) {
            return false;
        }
        return (raw()[FLAGS] & EXPIRES) == 0 || now.toEpochMilli() < number(END);
    }
}
