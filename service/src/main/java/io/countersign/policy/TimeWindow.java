// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A part of the day on some days of the week, by the clock on the wall: {@code Mon-Fri
 * 08:00-18:00}. One that ends before it begins goes over midnight and belongs to the day on which
 * it begins. Where the clock is put forward over its beginning, it begins when the clock has been.
 */
record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    private static final String EXPECTED =
            "(expected: like 08:00-18:00, Mon-Fri 08:00-18:00 or Sat,Sun 22:00-06:00)";
    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z,-]+) )?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");
    private static final List<String> DAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    TimeWindow {
        days = Set.copyOf(days);
    }

    /**
     * @throws IllegalArgumentException if it has another form
     */
    static TimeWindow parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("no times of day " + EXPECTED);
        }
        String days = form.group(1);
        LocalTime from = time(form.group(2));
        // 24:00 is how people write the end of a day.
        boolean untilMidnight = form.group(3).equals("24:00");
        LocalTime to = untilMidnight ? LocalTime.MIDNIGHT : time(form.group(3));
        if (from.equals(to) && !untilMidnight) {
            throw new IllegalArgumentException(
                    "ends when it begins (expected: 00:00-24:00 for the whole day)");
        }
        return new TimeWindow(days == null ? EnumSet.allOf(DayOfWeek.class) : days(days), from, to);
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no time of day: " + text + " " + EXPECTED, e);
        }
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("no days: " + part + " " + EXPECTED);
            }
            DayOfWeek last = day(ends[ends.length - 1]);
            for (DayOfWeek day = day(ends[0]); ; day = day.plus(1)) {
                days.add(day);
                if (day == last) {
                    break;
                }
            }
        }
        return days;
    }

    private static DayOfWeek day(String word) {
        int index = DAYS.indexOf(word.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException("no day: " + word + " " + EXPECTED);
        }
        return DayOfWeek.of(index + 1);
    }

    /** The end of the window that this moment is in; empty outside of it. */
    Optional<Instant> end(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        for (LocalDate day : List.of(today.minusDays(1), today)) {
            if (days.contains(day.getDayOfWeek())) {
                LocalDate lastDay = to.isAfter(from) ? day : day.plusDays(1);
                Instant begin = day.atTime(from).atZone(zone).toInstant();
                Instant end = lastDay.atTime(to).atZone(zone).toInstant();
                if (!now.isBefore(begin) && now.isBefore(end)) {
                    return Optional.of(end);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        String on =
                Arrays.stream(DayOfWeek.values())
                        .filter(days::contains)
                        .map(day -> DAYS.get(day.getValue() - 1))
                        .collect(Collectors.joining(","));
        return days.size() == DAYS.size() ? from + "-" + to : on + " " + from + "-" + to;
    }
}
