// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTimeTest {
    private static final DateTimeFormatter ORACLE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2026-02-28T23:59:59.999999999Z, 2026-02-28T23:59:59.999Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.001Z, 1969-12-31T23:59:59.001Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000Z",
        "0007-08-09T01:02:03.004Z, 0007-08-09T01:02:03.004Z",
    })
    void text_instant_hasMillisecondsAndFourDigitsOfTheYear(Instant instant, String text) {
        assertThat(EntryTime.text(instant)).isEqualTo(text);
    }

    @Test
    void text_anyInstant_isWhatTheFormatterOfTheLibraryGives() {
        Random random = new Random(25);
        for (int i = 0; i < 20_000; i++) {
            Instant instant =
                    Instant.ofEpochSecond(
                            random.nextLong(-100_000_000_000L, 300_000_000_000L),
                            random.nextInt(1_000_000_000));
            assertThat(EntryTime.text(instant)).isEqualTo(ORACLE.format(instant));
        }
    }
}
