// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Times as entries have them: RFC 3339, UTC, milliseconds, always 24 characters for years of four
 * digits. By hand, because it is done twice for each decision.
 */
final class EntryTime {
    private static final DateTimeFormatter ANY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] MASK =
            "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.US_ASCII);
    private static final int LAST_YEAR = 9999;

    private EntryTime() {}

    static String text(Instant instant) {
        LocalDateTime time =
                LocalDateTime.ofEpochSecond(
                        instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
            return ANY.format(instant);
        }
        byte[] text = MASK.clone();
        put(text, 3, time.getYear());
        put(text, 6, time.getMonthValue());
        put(text, 9, time.getDayOfMonth());
        put(text, 12, time.getHour());
        put(text, 15, time.getMinute());
        put(text, 18, time.getSecond());
        put(text, 22, time.getNano() / 1_000_000);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** The digits of a number, the last one at this place. */
    private static void put(byte[] text, int last, int number) {
        int at = last;
        for (int rest = number; rest > 0; rest /= 10) {
            text[at--] = (byte) ('0' + rest % 10);
        }
    }
}
