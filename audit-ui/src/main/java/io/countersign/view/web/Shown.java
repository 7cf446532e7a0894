// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.view.index.Row;
import io.countersign.view.index.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** An entry as a row of a table: texts only, harmless ones. */
public record Shown(
        String link,
        String id,
        String outcome,
        String word,
        String iso,
        String day,
        String clock,
        String ago,
        String who,
        String whoLink,
        List<Cell> cells,
        List<Span> sentence) {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("EEE d MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ENGLISH);

    /** A value below a column. */
    public record Cell(Column column, String text, String link) {}

    static Shown of(Row row, Instant now, ZoneId zone, List<Column> columns) {
        AuditEntry entry = row.entry();
        String outcome = outcome(entry);
        return new Shown(
                Links.entry(entry.id()),
                entry.id().toString(),
                outcome,
                word(outcome),
                entry.time().toString(),
                DAY.withZone(zone).format(entry.time()),
                CLOCK.withZone(zone).format(entry.time()),
                ago(Duration.between(entry.time(), now)),
                Names.shown(whom(entry)),
                Sentence.whoLink(entry),
                columns.stream().map(c -> cell(c, entry)).toList(),
                Sentence.of(entry, zone));
    }

    private static Cell cell(Column column, AuditEntry entry) {
        return new Cell(column, Names.shown(column.of(entry)), column.link(entry));
    }

    /** Never empty: whoever it is about, else who acted, else which instance wrote it. */
    private static String whom(AuditEntry entry) {
        String who = Sentence.who(entry);
        if (!who.isEmpty()) {
            return who;
        }
        if (!entry.by().isEmpty()) {
            return entry.by();
        }
        return entry.kind() == Kind.DECISION ? "unknown client" : "instance " + entry.instance();
    }

    static String outcome(AuditEntry entry) {
        return entry.kind() == Kind.DECISION ? entry.decision() : entry.kind().word();
    }

    /** Day and time, in full. */
    static String full(Instant time, ZoneId zone) {
        return DAY.withZone(zone).format(time) + " " + CLOCK.withZone(zone).format(time);
    }

    /** A stretch of time with its zone. */
    static String range(TimeRange range, Ask ask) {
        return range.equals(TimeRange.ALL)
                ? "all time"
                : full(range.from(), ask.zone())
                        + " – "
                        + full(range.to(), ask.zone())
                        + " "
                        + ask.preferences().zoneName();
    }

    static String millis(long micros) {
        return micros < 10_000_000
                ? "%.1f ms".formatted(micros / 1000.0)
                : "%.1f s".formatted(micros / 1_000_000.0);
    }

    static String ago(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }

    static String word(String outcome) {
        return switch (outcome) {
            case AuditEntry.ALLOW -> "Allowed";
            case AuditEntry.DENY -> "Denied";
            case AuditEntry.DROP -> "Dropped";
            case "act" -> "Act";
            case "verdict" -> "Verdict";
            case "reload" -> "Reload";
            default -> "Start";
        };
    }
}
