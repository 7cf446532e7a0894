// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import java.util.Optional;

/**
 * What a follower of new entries has not seen yet.
 *
 * @param rows what comes next, in the order of arrival
 * @param skipped what stands between the last that was seen and these; empty if nothing does
 * @param upTo up to which arrival the follower knows now of everything, itself included
 */
public record Behind(List<Long> rows, Optional<Skipped> skipped, long upTo) {
    public Behind {
        rows = List.copyOf(rows);
    }

    /**
     * Matches that are too many to be shown one by one.
     *
     * @param when holds all of them
     * @param last the arrival of the last of them
     */
    public record Skipped(long count, TimeRange when, long last) {}
}
