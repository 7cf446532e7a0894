// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.KeyedHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Revocations drawn from a small world, so that they meet one another. */
final class Drawn {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<RevocationKind> KINDS = List.of(RevocationKind.values());

    private final Random random;

    Drawn(long seed) {
        this.random = new Random(seed);
    }

    static RevocationSeal seal(int secret) {
        byte[] key = new byte[32];
        key[0] = (byte) secret;
        return new RevocationSeal(KeyedHash.of(key));
    }

    /** One that takes records of another secret, too. */
    static RevocationSeal seal(int secret, int other) {
        byte[] key = new byte[32];
        key[0] = (byte) secret;
        byte[] accepted = new byte[32];
        accepted[0] = (byte) other;
        List<KeyedHash> others = List.of(KeyedHash.of(accepted));
        return new RevocationSeal(KeyedHash.of(key), () -> others);
    }

    UUID id() {
        return new UUID(
                (random.nextLong() & ~0xf000L) | 0x7000L, Long.MIN_VALUE | random.nextLong() >>> 2);
    }

    Revocation revocation() {
        RevocationKind kind = KINDS.get(random.nextInt(KINDS.size()));
        return revocation(kind, kind.canonical(value(kind)));
    }

    Revocation revocation(RevocationKind kind, String value) {
        Optional<Instant> expires =
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(NOW.plusSeconds(random.nextInt(100) - 50));
        return new Revocation(id(), kind, value, "left", "ann", NOW, expires, 1, false);
    }

    private String value(RevocationKind kind) {
        return switch (kind) {
            case PRINCIPAL -> "users:" + name();
            case CREDENTIAL -> fingerprint();
            case SESSION -> session();
            case TOKEN, ISSUER, ACCOUNT, CLIENT -> name();
            case ADDRESS -> network();
            case ISSUED_BEFORE -> time().toString();
        };
    }

    String name() {
        return List.of("ann", "bob", "cy", "dé").get(random.nextInt(4));
    }

    String fingerprint() {
        return "abcdefghijklmnopqrstuvwxy" + (char) ('a' + random.nextInt(4));
    }

    String session() {
        return "U" + "A".repeat(54) + (char) ('A' + random.nextInt(4));
    }

    Instant time() {
        return NOW.minusSeconds(random.nextInt(100));
    }

    /** Few bits set, at both ends, so that networks nest. */
    String address() {
        int last = random.nextInt(4);
        return random.nextBoolean()
                ? "%d.%d.0.%d".formatted(random.nextInt(2) * 128, random.nextInt(4), last)
                : "%s:%d::%d".formatted(random.nextBoolean() ? "fd00" : "2001", last, last);
    }

    private String network() {
        String address = address();
        int bits = address.indexOf(':') < 0 ? 32 : 128;
        for (int length = random.nextInt(bits + 1); ; length++) {
            try {
                return io.countersign.identity.Cidr.parse(address + "/" + length).toString();
            } catch (IllegalArgumentException _) {
                // Bits behind the prefix: a longer one has none in the end.
            }
        }
    }
}
