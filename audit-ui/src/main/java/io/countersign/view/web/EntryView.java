// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.view.index.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One entry in full, as templates show it. */
public record EntryView(
        String id,
        String link,
        String outcome,
        String word,
        String iso,
        String time,
        String ago,
        List<Span> sentence,
        String next,
        List<Fact> who,
        List<Fact> where,
        List<Fact> decided,
        List<Fact> place,
        List<Stage> stages,
        String total,
        boolean isRefusal) {
    /**
     * A stage of the way of a request.
     *
     * @param x where its bar begins, in thousandths of the whole
     */
    public record Stage(String name, String took, String x, String width, boolean isLongest) {}

    static EntryView of(Row row, Instant now, ZoneId zone) {
        AuditEntry entry = row.entry();
        String outcome = Shown.outcome(entry);
        return new EntryView(
                entry.id().toString(),
                Links.entry(entry.id()),
                outcome,
                Shown.word(outcome),
                entry.time().toString(),
                Shown.full(entry.time(), zone),
                Shown.ago(Duration.between(entry.time(), now)),
                Sentence.of(entry, zone),
                Sentence.next(entry),
                Fact.who(entry),
                Fact.where(entry),
                Fact.decided(entry, zone),
                Fact.place(entry),
                stages(entry),
                entry.took().isEmpty() ? "" : Shown.millis(sum(entry)),
                entry.kind() == Kind.DECISION && !entry.decision().equals(AuditEntry.ALLOW));
    }

    private static long sum(AuditEntry entry) {
        return entry.took().values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<Stage> stages(AuditEntry entry) {
        long sum = Math.max(1, sum(entry));
        long longest = entry.took().values().stream().mapToLong(Long::longValue).max().orElse(0);
        List<Stage> stages = new ArrayList<>();
        long before = 0;
        for (Map.Entry<String, Long> stage : entry.took().entrySet()) {
            long took = stage.getValue();
            stages.add(
                    new Stage(
                            Names.shown(stage.getKey()),
                            Shown.millis(took),
                            Long.toString(before * 1000 / sum),
                            Long.toString(Math.max(4, took * 1000 / sum)),
                            took == longest));
            before += took;
        }
        return stages;
    }
}
