// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parameter {@code t}. */
final class TimeChoice {
    static final Map<String, String> PRESETS = new LinkedHashMap<>();

    private static final String DEFAULT = "24h";
    private static final Pattern BACK = Pattern.compile("([1-9][0-9]{0,3})([mhd])");

    static {
        PRESETS.put("15m", "Last 15 minutes");
        PRESETS.put("1h", "Last hour");
        PRESETS.put("24h", "Last 24 hours");
        PRESETS.put("7d", "Last 7 days");
        PRESETS.put("30d", "Last 30 days");
        PRESETS.put("all", "All");
    }

    private TimeChoice() {}

    static String orDefault(String text) {
        return text.isBlank() ? DEFAULT : text.strip();
    }

    /** Empty if it is no time. */
    static Optional<TimeRange> parse(String text, Instant now) {
        String t = orDefault(text);
        Matcher back = BACK.matcher(t);
        try {
            if (t.equals("all")) {
                return Optional.of(TimeRange.ALL);
            }
            if (back.matches()) {
                long n = Long.parseLong(back.group(1));
                Duration length =
                        switch (back.group(2)) {
                            case "m" -> Duration.ofMinutes(n);
                            case "h" -> Duration.ofHours(n);
                            default -> Duration.ofDays(n);
                        };
                // Clocks of instances differ a little: what is newer than our now is shown too.
                return Optional.of(new TimeRange(now.minus(length), now.plusSeconds(60)));
            }
            int dots = t.indexOf("..");
            if (dots < 0) {
                LocalDate day = LocalDate.parse(t);
                return Optional.of(new TimeRange(start(day), start(day.plusDays(1))));
            }
            return Optional.of(
                    new TimeRange(
                            moment(t.substring(0, dots), false),
                            moment(t.substring(dots + 2), true)));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A bare end date means its whole day. */
    private static Instant moment(String text, boolean end) {
        if (text.length() == "2026-11-23".length()) {
            LocalDate day = LocalDate.parse(text);
            return start(end ? day.plusDays(1) : day);
        }
        return Instant.parse(
                text.length() == "2026-11-23T09:00Z".length() ? text.replace("Z", ":00Z") : text);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
