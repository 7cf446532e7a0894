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
        UUID id = id(text(body, at, ID_LENGTH));
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

    private static UUID id(String text) throws BadEntry {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw new BadEntry("id is no UUID");
        }
    }

    /** {@code 2026-11-23T10:00:00.123Z}; digit by digit, because Instant.parse takes a µs. */
    private static long millis(byte[] body, int at) throws BadEntry {
        String text = text(body, at, TIME_LENGTH);
        try {
            long day =
                    LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10))
                            .toEpochDay();
            long seconds =
                    digits(text, 11, 13) * 3600L
                            + digits(text, 14, 16) * 60L
                            + digits(text, 17, 19);
            return day * DAY_MILLIS + seconds * 1000 + digits(text, 20, 23);
        } catch (DateTimeException | NumberFormatException _) {
            throw new BadEntry("time: " + text);
        }
    }

    private static int digits(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
