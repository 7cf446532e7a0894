// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others send is read as it is, or not at all. */
class AnswersTest {
    private static final String SERVER = "NAGILSLIEPUNQKPAXPKIF4GI4LAA32HAA5E3B62OF5QCNMMTWSCYVIWJ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'server':{'id':'N1'}}|ENDED",
                "{'server':{'id':'N1'},'error':{'code':500,'description':'no such client or leafnode id'}}|GONE",
                "{'server':{'id':'N1'},'error':{'code':403,'description':'permission denied'}}|FAILED",
                "{}|FAILED",
                "[]|FAILED",
                "no JSON|FAILED"
            })
    void outcome_ofAKick_isWhatTheServerSays(String answer, Kicker.Kick expected) {
        assertThat(Kicker.outcome(answer.replace('\'', '"').getBytes(UTF_8))).isEqualTo(expected);
    }

    @Test
    void beat_writtenAndRead_isTheSame() {
        Beat beat =
                new Beat(
                        "a",
                        5,
                        7,
                        true,
                        "0123456789abcdef",
                        List.of(new LinkPlace("a callout 1/2", SERVER, "n1", 12)));
        assertThat(Beat.read(beat.bytes())).contains(beat);
    }

    /** As instances of before say it, while a cluster is updated one by one. */
    @Test
    void beat_withoutARevision_isRead() {
        byte[] older = "{\"instance\":\"a\",\"started\":5,\"number\":7}".getBytes(UTF_8);

        assertThat(Beat.read(older)).contains(new Beat("a", 5, 7, false, "", List.of()));
    }

    @Test
    void beat_ofALaterProcessOrALaterNumber_isAfter() {
        Beat first = new Beat("a", 5, 7, false, "r", List.of());
        assertThat(new Beat("a", 5, 8, false, "r", List.of()).isAfter(first)).isTrue();
        assertThat(new Beat("a", 6, 1, false, "r", List.of()).isAfter(first)).isTrue();
        assertThat(new Beat("a", 5, 7, false, "r", List.of()).isAfter(first)).isFalse();
        assertThat(new Beat("a", 4, 9, false, "r", List.of()).isAfter(first)).isFalse();
    }

    @Test
    void beat_anyBytes_throwNothing() {
        Random random = new Random(7);
        byte[] good =
                new Beat("a", 5, 7, false, "r", List.of(new LinkPlace("x", SERVER, "n", 1)))
                        .bytes();
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = good.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            Beat.read(bytes).ifPresent(beat -> assertThat(beat.instance()).isNotEmpty());
        }
    }
}
