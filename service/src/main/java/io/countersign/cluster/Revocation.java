// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Identity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * One statement that somebody or something is not let in any more, or (lifted) is again. Times have
 * milliseconds. Immutable.
 *
 * @param id UUIDv7; all versions of one revocation share it
 * @param value in its canonical form, at most 512 bytes
 * @param reason for people, at most 1,024 bytes; never shown to a client
 * @param author who said so, at most 256 bytes
 * @param expires when it ends by itself
 * @param version from 1; of two records with one id the higher one holds
 * @param isLifted true for a tombstone: only such a record ends a revocation early
 */
public record Revocation(
        UUID id,
        RevocationKind kind,
        String value,
        String reason,
        String author,
        Instant created,
        Optional<Instant> expires,
        long version,
        boolean isLifted) {
    static final int VALUE_BYTES = 512;
    static final int REASON_BYTES = 1024;
    static final int AUTHOR_BYTES = 256;

    public Revocation {
        if (id.version() != 7) {
            throw new IllegalArgumentException("id: " + id + " (expected: UUIDv7)");
        }
        if (!kind.canonical(value).equals(value)) {
            throw new IllegalArgumentException(
                    "value: " + value + " (expected: " + kind.canonical(value) + ")");
        }
        bounded("value", value, VALUE_BYTES);
        bounded("reason", reason, REASON_BYTES);
        bounded("author", author, AUTHOR_BYTES);
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
        created = created.truncatedTo(ChronoUnit.MILLIS);
        expires = expires.map(end -> end.truncatedTo(ChronoUnit.MILLIS));
    }

    private static void bounded(String what, String text, int limit) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limit) {
            throw new IllegalArgumentException(
                    what + ": " + bytes + " bytes (expected: <= " + limit + ")");
        }
    }

    /** The record that ends this one. */
    public Revocation lifted(String by, String why, Instant now) {
        return new Revocation(id, kind, value, why, by, now, expires, version + 1, true);
    }

    /** Whether it is about who this is and what proved it, wherever they come from. */
    public boolean names(Identity who) {
        return switch (kind) {
            case PRINCIPAL -> who.principal().toString().equals(value);
            case CREDENTIAL -> who.credential().fingerprint().equals(value);
            case TOKEN -> who.origin().tokenId().equals(value);
            case ISSUER -> who.origin().issuer().equals(value);
            case SESSION -> who.origin().session().equals(value);
            case ACCOUNT, ADDRESS, CLIENT, ISSUED_BEFORE -> false;
        };
    }

    /** True while it refuses what it names. */
    public boolean isInForce(Instant now) {
        return !isLifted && (expires.isEmpty() || now.isBefore(expires.get()));
    }
}
