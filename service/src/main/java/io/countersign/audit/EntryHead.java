// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first fields of an encoded entry, read without parsing the rest: version, log, seq, kind, id
 * and time stand in front and have fixed forms, so a verifier need not decode ten million entries.
 */
record EntryHead(String kind, UUID id, long time) {
    private static final byte[] KIND = "\"kind\":\"".getBytes(US_ASCII);
    private static final byte[] ID = "\",\"id\":\"".getBytes(US_ASCII);
    private static final byte[] TIME = "\",\"time\":\"".getBytes(US_ASCII);
    private static final int ID_LENGTH = 36;
    private static final int TIME_LENGTH = 24;
    private static final long DAY_MILLIS = 86_400_000L;

    /** Reads the head of an entry that must stand at this place of this log. */
    static EntryHead read(byte[] body, String log, long seq) throws BadEntry {
        byte[] place = EntryEncoding.head(log, seq);
        int at = skip(body, 0, place);
        at = skip(body, at, KIND);
        int end = at;
        while (end < body.length && body[end] != '"') {
            end++;
        }
        String kind = text(body, at, end - at);
        at = skip(body, end, ID);
        UUID id = id(body, at);
        at = skip(body, at + ID_LENGTH, TIME);
        return new EntryHead(kind, id, millis(body, at));
    }

    private static int skip(byte[] body, int at, byte[] expected) throws BadEntry {
        int end = at + expected.length;
        if (end > body.length || !Arrays.equals(body, at, end, expected, 0, expected.length)) {
            throw new BadEntry(
                    "does not go on with " + new String(expected, US_ASCII) + " at byte " + at);
        }
        return end;
    }

    private static String text(byte[] body, int at, int length) throws BadEntry {
        if (at + length > body.length) {
            throw new BadEntry("ends too early");
        }
        return new String(body, at, length, US_ASCII);
    }

    private static UUID id(byte[] body, int at) throws BadEntry {
        long high = 0;
        long low = 0;
        int digits = 0;
        for (int i = at; i < at + ID_LENGTH; i++) {
            if (i >= body.length) {
                throw new BadEntry("ends too early");
            }
            if (body[i] != '-') {
                int digit = Character.digit(body[i], 16);
                if (digit < 0) {
                    throw new BadEntry("id is no UUID");
                }
                high = digits < 16 ? (high << 4) | digit : high;
                low = digits < 16 ? low : (low << 4) | digit;
                digits++;
            }
        }
        return new UUID(high, low);
    }

    /** {@code 2026-11-23T10:00:00.123Z}, digit by digit: Instant.parse takes a microsecond. */
    private static long millis(byte[] body, int at) throws BadEntry {
        if (at + TIME_LENGTH > body.length) {
            throw new BadEntry("ends too early");
        }
        try {
            long day =
                    LocalDate.of(
                                    number(body, at, 4),
                                    number(body, at + 5, 2),
                                    number(body, at + 8, 2))
                            .toEpochDay();
            long seconds =
                    number(body, at + 11, 2) * 3600L
                            + number(body, at + 14, 2) * 60L
                            + number(body, at + 17, 2);
            return day * DAY_MILLIS + seconds * 1000 + number(body, at + 20, 3);
        } catch (DateTimeException _) {
            throw new BadEntry("time is none");
        }
    }

    private static int number(byte[] body, int at, int length) throws BadEntry {
        int number = 0;
        for (int i = at; i < at + length; i++) {
            int digit = body[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new BadEntry("time is none");
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
