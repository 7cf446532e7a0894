// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00.123456789Z");

    /** Of one byte, of two, of a pair, half a pair, and what ends other people's texts. */
    private static final List<String> LETTERS = List.of("a", "ÿ", "Ā", "😀", "\ud800", "\0", "\n");

    private static final List<Integer> LENGTHS = List.of(254, 255, 256, 70_000);

    private final Sessions sessions = new Sessions(Clock.fixed(NOW, ZoneOffset.UTC));

    private static NKey key(NKeyType type) {
        try (Seed seed = Seed.generate(type, new SecureRandom())) {
            return seed.publicKey();
        }
    }

    private static String text(Random random) {
        int length =
                random.nextInt(50) == 0
                        ? LENGTHS.get(random.nextInt(LENGTHS.size()))
                        : random.nextInt(20);
        StringBuilder text = new StringBuilder();
        boolean isPlain = random.nextBoolean();
        for (int i = 0; i < length; i++) {
            text.append(isPlain ? "x" : LETTERS.get(random.nextInt(LETTERS.size())));
        }
        return text.toString();
    }

    private static Optional<Instant> maybe(Random random) {
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(NOW.minusNanos(random.nextLong(1L << 60)));
    }

    private static Session any(Random random, long cid) {
        CredentialKind[] kinds = CredentialKind.values();
        Identity identity =
                new Identity(
                        new Principal(text(random), text(random)),
                        new CredentialRef(kinds[random.nextInt(kinds.length)], text(random)),
                        Set.of(text(random) + "1"),
                        random.nextBoolean()
                                ? Map.of()
                                : Map.of(text(random), List.of(text(random))),
                        maybe(random),
                        new Origin(text(random), text(random), text(random), maybe(random)));
        return new Session(
                key(NKeyType.SERVER),
                text(random),
                cid,
                key(NKeyType.USER),
                identity,
                text(random),
                text(random),
                text(random),
                text(random),
                maybe(random).orElse(NOW),
                NOW.plusSeconds(1 + random.nextInt(100_000)),
                new UUID(random.nextLong(), random.nextLong()));
    }

    @Test
    void find_whateverWasGranted_isTheSame() {
        for (int seed = 0; seed < 300; seed++) {
            Session session = any(new Random(seed), seed);
            sessions.granted(session);
            assertThat(sessions.find(session.server(), seed)).as("seed %d", seed).contains(session);
        }
        assertThat(sessions.count()).isEqualTo(300);
    }

    @Test
    void all_severalSessions_areThoseThatWereGranted() {
        List<Session> granted = new ArrayList<>();
        for (int seed = 0; seed < 50; seed++) {
            granted.add(any(new Random(seed), seed));
            sessions.granted(granted.getLast());
        }
        assertThat(sessions.all()).containsExactlyInAnyOrderElementsOf(granted);
    }

    /** A second CONNECT on one connection replaces its session (reference 7.7). */
    @Test
    void ended_sessionThatWasReplaced_leavesTheOther() {
        Session first = any(new Random(1), 7);
        Session second =
                new Session(
                        first.server(),
                        first.serverName(),
                        7,
                        key(NKeyType.USER),
                        first.identity(),
                        first.account(),
                        first.address(),
                        first.client(),
                        first.type(),
                        first.granted(),
                        first.expires(),
                        first.entry());
        sessions.granted(first);
        sessions.granted(second);

        sessions.ended(first);
        assertThat(sessions.all()).containsExactly(second);
        sessions.ended(second);
        assertThat(sessions.all()).isEmpty();
        assertThat(sessions.count()).isZero();
    }
}
