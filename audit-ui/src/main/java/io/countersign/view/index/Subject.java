// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The history of a principal, an address, an account or whatever else has a field.
 *
 * @param first when it was first seen, within the scope; empty if never
 * @param last when it was last seen
 * @param values with what it was seen: addresses, accounts, rules and so on, in the range
 * @param reasons its refusals over time
 * @param newest its newest entries
 */
public record Subject(
        Field field,
        String value,
        Optional<Instant> first,
        Optional<Instant> last,
        Counted<Counted.Facets> values,
        Counted<Counted.Histogram> outcomes,
        Counted<Counted.Histogram> reasons,
        Page newest) {
    private static final List<Field> SHOWN =
            List.of(
                    Field.OUTCOME,
                    Field.REASON,
                    Field.USER,
                    Field.ADDR,
                    Field.ACCOUNT,
                    Field.RULE,
                    Field.CREDENTIAL,
                    Field.SERVER,
                    Field.LANG);
    private static final int VALUES = 10;
    private static final int ROWS = 25;

    static Subject of(
            AuditIndex index,
            Field field,
            String value,
            TimeRange range,
            int buckets,
            Scope scope) {
        Search ever = new Search(Query.of(field, value), TimeRange.ALL, scope);
        Search now = ever.in(range);
        return new Subject(
                field,
                value,
                one(index.page(ever, Cursor.OLDEST, 1)),
                one(index.page(ever, Cursor.NEWEST, 1)),
                index.facets(now, SHOWN, VALUES),
                index.histogram(now, buckets),
                index.histogram(now, Field.REASON, buckets),
                index.page(now, Cursor.NEWEST, ROWS));
    }

    private static Optional<Instant> one(Page page) {
        return page.rows().stream().findFirst().map(row -> row.entry().time());
    }

    /** What stands near an entry: with the same address, principal (or name) and session. */
    public record Around(Map<Field, Counted<Long>> counts, Map<Field, List<Row>> rows) {
        public Around {
            counts = Map.copyOf(counts);
            rows = Map.copyOf(rows);
        }
    }
}
