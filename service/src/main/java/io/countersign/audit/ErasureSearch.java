// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the entries of one person: decisions first, then the verdicts that refer to them. */
final class ErasureSearch {
    private static final String SQL =
            """
            SELECT e.seq AS seq, e.kind AS kind,
                   json_extract(CAST(e.body AS TEXT), '$.id') AS id,
                   json_extract(CAST(e.body AS TEXT), '$.refers-to') AS refers,
                   %s AS held
            FROM entry e
            WHERE e.seq >= :from AND e.seq < :to AND e.time < :before
              AND (e.kind = 'verdict' OR (e.kind = 'decision' AND (
                     json_extract(CAST(e.body AS TEXT), '$.principal') = :principal
                  OR (:presented <> ''
                      AND json_extract(CAST(e.body AS TEXT), '$.presented.name') = :presented))))
            ORDER BY e.seq
            """
                    .formatted(Holds.COVERED);

    private final TrailReader reader;
    private final Erasure erasure;

    private record Found(long seq, String kind, String id, String refersTo, boolean held) {}

    ErasureSearch(TrailReader reader, Erasure erasure) {
        this.reader = reader;
        this.erasure = erasure;
    }

    /**
     * Adds the places of one stretch of the log.
     *
     * @param ids of the decisions found so far; verdicts come after their decision
     * @return how many are kept by a hold
     */
    long collect(long from, long to, Set<String> ids, RangeSet places) throws AuditUnavailable {
        long held = 0;
        for (Found found : search(from, to)) {
            boolean decision = found.kind().equals(Kind.DECISION.word());
            if (!decision && !ids.contains(found.refersTo())) {
                continue;
            }
            if (found.held()) {
                held++;
                continue;
            }
            places.add(found.seq());
            if (decision) {
                ids.add(found.id());
            }
        }
        return held;
    }

    private List<Found> search(long from, long to) throws AuditUnavailable {
        return reader.query(handle ->
                handle.createQuery(SQL)
                        .bind("from", from)
                        .bind("to", to)
                        .bind("before", erasure.before().toEpochMilli())
                        .bind("principal", erasure.principal())
                        .bind("presented", erasure.presented())
                        .map((row, _) ->
                                new Found(
                                        row.getLong("seq"),
                                        row.getString("kind"),
                                        text(row.getString("id")),
                                        text(row.getString("refers")),
                                        row.getBoolean("held")))
                        .list());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
