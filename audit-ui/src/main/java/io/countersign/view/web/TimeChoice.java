// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the parameter {@code t}: back from now, named days, a day, from..to, or around a moment.
 * Half-open; without a zone in the text the viewer's counts.
 */
final class TimeChoice {
    static final Map<String, String> PRESETS = new LinkedHashMap<>();
    static final String EXPECTED =
            "15m, 24h, 7d, today, yesterday, all, 2026-11-23, 10:00..11:30,"
                    + " 2026-11-23T09:00..2026-11-23T10:00 or 2026-11-23T10:14:07Z~5m";

    private static final String DEFAULT = "24h";
    private static final Duration AHEAD = Duration.ofSeconds(60);
    private static final Pattern BACK = Pattern.compile("([1-9][0-9]{0,3})([mhd])");
    private static final Pattern AROUND = Pattern.compile("(.{1,40})~([1-9][0-9]{0,3})([smhd])");

    static {
        PRESETS.put("15m", "Last 15 minutes");
        PRESETS.put("1h", "Last hour");
        PRESETS.put("24h", "Last 24 hours");
        PRESETS.put("7d", "Last 7 days");
        PRESETS.put("30d", "Last 30 days");
        PRESETS.put("today", "Today");
        PRESETS.put("yesterday", "Yesterday");
        PRESETS.put("all", "All time");
    }

    private final Instant now;
    private final ZoneId zone;

    private TimeChoice(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    static String orDefault(String text) {
        return text.isBlank() ? DEFAULT : text.strip();
    }

    /** Empty if it is no time. */
    static Optional<TimeRange> parse(String text, Instant now, ZoneId zone) {
        try {
            return Optional.of(new TimeChoice(now, zone).range(orDefault(text)));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** A range as one can type it, so that a link means the same tomorrow. */
    static String frozen(TimeRange range) {
        return range.equals(TimeRange.ALL)
                ? "all"
                : range.from().truncatedTo(ChronoUnit.MILLIS)
                        + ".."
                        + range.to().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * The same for a link that shall show the same later: nothing that is still to come is in it.
     */
    static String frozen(TimeRange range, Instant now) {
        return frozen(
                range.from().isBefore(now) && range.to().isAfter(now)
                        ? new TimeRange(range.from(), now)
                        : range);
    }

    /** The range before it, as long. */
    static TimeRange before(TimeRange range) {
        return new TimeRange(range.from().minus(range.length()), range.from());
    }

    private TimeRange range(String text) {
        Matcher back = BACK.matcher(text);
        Matcher around = AROUND.matcher(text);
        int dots = text.indexOf("..");
        if (text.equals("all")) {
            return TimeRange.ALL;
        }
        if (back.matches()) {
            // Clocks of instances differ a little: what is newer than our now is shown too.
            return new TimeRange(
                    now.minus(duration(back.group(1), back.group(2))), now.plus(AHEAD));
        }
        if (text.equals("today")) {
            return day(LocalDate.ofInstant(now, zone));
        }
        if (text.equals("yesterday")) {
            return day(LocalDate.ofInstant(now, zone).minusDays(1));
        }
        if (around.matches()) {
            Instant middle = moment(around.group(1), false);
            Duration width = duration(around.group(2), around.group(3));
            return new TimeRange(middle.minus(width), middle.plus(width));
        }
        if (dots < 0) {
            return day(LocalDate.parse(text));
        }
        return new TimeRange(
                moment(text.substring(0, dots), false), moment(text.substring(dots + 2), true));
    }

    private static Duration duration(String number, String unit) {
        long n = Long.parseLong(number);
        return switch (unit) {
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    /** A bare end date means its whole day. */
    private Instant moment(String text, boolean end) {
        if (text.matches("[0-9]{2}:[0-9]{2}(:[0-9]{2})?")) {
            return LocalDate.ofInstant(now, zone)
                    .atTime(LocalTime.parse(text))
                    .atZone(zone)
                    .toInstant();
        }
        if (text.length() == "2026-11-23".length()) {
            TimeRange day = day(LocalDate.parse(text));
            return end ? day.to() : day.from();
        }
        if (text.endsWith("Z")) {
            return Instant.parse(
                    text.length() == "2026-11-23T09:00Z".length()
                            ? text.replace("Z", ":00Z")
                            : text);
        }
        return LocalDateTime.parse(text).atZone(zone).toInstant();
    }

    private TimeRange day(LocalDate day) {
        return new TimeRange(
                day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant());
    }
}
