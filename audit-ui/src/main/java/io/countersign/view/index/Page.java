// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;
import java.util.List;

/**
 * Some of the entries that match.
 *
 * @param rows newest first, whichever way one paged
 * @param hasOlder whether there are older ones that match
 * @param hasNewer whether there are newer ones that match
 * @param isComplete false if the time was up first: there may be more than {@code rows}
 * @param took how long it took
 */
public record Page(
        List<Row> rows, boolean hasOlder, boolean hasNewer, boolean isComplete, Duration took) {
    public Page {
        rows = List.copyOf(rows);
    }
}
