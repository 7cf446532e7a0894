// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/**
 * One thing in a query that cannot be searched.
 *
 * @param column where it begins, from 1
 * @param length characters that it spans; at least 1
 * @param message what it is and what was expected
 */
public record QueryProblem(int column, int length, String message) {
    public QueryProblem {
        length = Math.max(1, length);
    }

    @Override
    public String toString() {
        return "column " + column + ": " + message;
    }
}
