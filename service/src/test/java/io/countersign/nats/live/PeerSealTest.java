// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.KeyedHash;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerSealTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] BODY = "{\"a\":1}".getBytes(UTF_8);

    private final PeerSeal ours = seal(1, NOW);

    private static PeerSeal seal(int secret, Instant now) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) secret);
        return new PeerSeal(
                KeyedHash.of(key), new SecureRandom(), Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void open_ofOneOfUs_isTheBodyOnce() {
        byte[] question = ours.question("s", BODY);
        PeerSeal peer = seal(1, NOW.plusSeconds(59));
        assertThat(peer.open("s", question)).hasValueSatisfying(b -> assertThat(b).isEqualTo(BODY));
        assertThat(peer.open("s", question)).as("a second time").isEmpty();
    }

    @Test
    void open_ofAStrangerOldOrForAnotherSubject_isNothing() {
        assertThat(ours.open("s", seal(2, NOW).question("s", BODY))).isEmpty();
        assertThat(ours.open("other", ours.question("s", BODY))).isEmpty();
        byte[] old = seal(1, NOW.minus(Duration.ofSeconds(61))).question("s", BODY);
        assertThat(ours.open("s", old)).isEmpty();
    }

    @Test
    void open_anyByteChanged_isNothing() {
        byte[] question = ours.question("s", BODY);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < question.length; i++) {
            byte[] changed = question.clone();
            changed[i] ^= 1;
            if (ours.open("s", changed).isPresent()) {
                taken.add(i);
            }
        }
        assertThat(taken).isEmpty();
    }

    @Test
    void openAndOpened_anyBytes_areNothing() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThat(ours.open("s", bytes)).isEmpty();
            assertThat(ours.opened(BODY, bytes)).isEmpty();
        }
    }

    @Test
    void opened_answerToAnotherQuestion_isNothing() {
        byte[] question = ours.question("s", BODY);
        byte[] answer = ours.answer(question, BODY);
        assertThat(ours.opened(question, answer))
                .hasValueSatisfying(b -> assertThat(b).isEqualTo(BODY));
        assertThat(ours.opened(ours.question("s", BODY), answer)).isEmpty();
        assertThat(ours.opened(question, seal(2, NOW).answer(question, BODY))).isEmpty();
    }

    /** Instances with the old and with the new cluster secret, while it changes. */
    @Test
    void open_ofASecretThatCounts_isTakenBothWays() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 1);
        List<KeyedHash> others = List.of(KeyedHash.of(key));
        byte[] mine = new byte[32];
        Arrays.fill(mine, (byte) 2);
        PeerSeal newer =
                new PeerSeal(
                        KeyedHash.of(mine),
                        () -> others,
                        new SecureRandom(),
                        Clock.fixed(NOW, ZoneOffset.UTC));
        byte[] question = ours.question("s", BODY);

        assertThat(newer.open("s", question)).isPresent();
        assertThat(newer.opened(question, ours.answer(question, BODY))).isPresent();
        assertThat(newer.open("s", seal(3, NOW).question("s", BODY))).isEmpty();
        assertThat(ours.open("s", newer.question("s", BODY))).isEmpty();
    }
}
