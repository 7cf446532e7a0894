// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/** A query, when, and for whom. */
public record Search(Query query, TimeRange range, Scope scope) {
    public Search {
        if (!query.problems().isEmpty()) {
            throw new IllegalArgumentException("query: " + query.problems().getFirst());
        }
    }

    /** The same question about another time. */
    public Search in(TimeRange other) {
        return new Search(query, other, scope);
    }

    /** The same question narrowed by one value. */
    public Search with(Field field, String value) {
        return new Search(Query.parse(query.with(field, value, false)), range, scope);
    }
}
