// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.cluster.Claimant;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.RevocationSeal;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.HostAddress;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Revocations of all kinds by the million: a tenth are networks of all sizes in both families, a
 * thousandth are times, the rest is spread over the other kinds. None of them names {@link
 * #CLAIMANT}, who has everything that a revocation can name, so that every kind is looked up.
 */
final class ManyRevocations {
    /** As many as the cluster promises to bear. */
    static final int MANY = 1_000_000;

    private static final int AT_ONCE = 10_000;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String ADDRESS = "192.0.2.77";
    private static final HostAddress SPARED = HostAddress.parse(ADDRESS).orElseThrow();

    /** Before this all revoked times lie. */
    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");

    static final Claimant CLAIMANT =
            new Claimant(
                    new Identity(
                            new Principal("users", "alice"),
                            new CredentialRef(CredentialKind.TOKEN, "z".repeat(26)),
                            Set.of(),
                            Map.of(),
                            Optional.empty(),
                            new Origin(
                                    "token-of-alice",
                                    "https://id.example",
                                    "U" + "A".repeat(55),
                                    Optional.of(ISSUED))),
                    ADDRESS,
                    "client-of-alice");

    private static final RevocationKind[] NAMES = {
        RevocationKind.PRINCIPAL,
        RevocationKind.CREDENTIAL,
        RevocationKind.TOKEN,
        RevocationKind.ISSUER,
        RevocationKind.ACCOUNT,
        RevocationKind.CLIENT,
        RevocationKind.SESSION,
        RevocationKind.PRINCIPAL,
        RevocationKind.TOKEN
    };

    private final Random random = new Random(1);

    /** Brings so many into force; the same each time. */
    static void fill(RevocationBook book, RevocationSeal seal, int count) {
        ManyRevocations many = new ManyRevocations();
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(seal.sign(many.next(i)).bytes());
            if (records.size() == AT_ONCE || i == count - 1) {
                book.merge(records);
                records.clear();
            }
        }
        if (book.view().size() != count) {
            throw new IllegalStateException("revocations were lost: " + book.view().size());
        }
    }

    private Revocation next(int number) {
        RevocationKind kind = kind(number);
        return new Revocation(
                id(),
                kind,
                kind.canonical(value(kind, number)),
                "left the company",
                "admin",
                ISSUED,
                Optional.empty(),
                1,
                false);
    }

    private static RevocationKind kind(int number) {
        if (number % 1000 == 999) {
            return RevocationKind.ISSUED_BEFORE;
        }
        return number % 10 == 0 ? RevocationKind.ADDRESS : NAMES[number % 10 - 1];
    }

    private UUID id() {
        return new UUID(
                (random.nextLong() & ~0xf000L) | 0x7000L,
                Long.MIN_VALUE | (random.nextLong() >>> 2));
    }

    private String value(RevocationKind kind, int number) {
        return switch (kind) {
            case PRINCIPAL -> "users:client-" + number;
            case CREDENTIAL -> letters(26).toLowerCase(java.util.Locale.ROOT);
            case TOKEN -> id().toString();
            case ISSUER -> "https://id-" + number + ".example";
            case ACCOUNT -> "ACCOUNT-" + number;
            case ADDRESS -> network(number % 20 == 0);
            case CLIENT -> "device-" + number;
            case SESSION -> "U" + letters(55);
            case ISSUED_BEFORE -> ISSUED.minusSeconds(number).toString();
        };
    }

    private String letters(int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(BASE32.charAt(random.nextInt(BASE32.length())));
        }
        return text.toString();
    }

    private String network(boolean v4) {
        while (true) {
            int length = v4 ? 20 + random.nextInt(13) : 32 + random.nextInt(97);
            HostAddress any =
                    v4
                            ? new HostAddress(true, 0, random.nextInt() & 0xffffffffL)
                            : new HostAddress(
                                    false,
                                    0x2001_0db8_0000_0000L | (random.nextInt() & 0xffffffffL),
                                    random.nextLong());
            HostAddress network = any.network(length);
            if (!v4 || !SPARED.network(length).equals(network)) {
                return network + "/" + length;
            }
        }
    }
}
