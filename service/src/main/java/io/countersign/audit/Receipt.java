// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.OptionalLong;

/**
 * A trail has taken an entry.
 *
 * @param log id of the log
 * @param seq position in it; empty when the entry was counted or kept in memory instead
 */
public record Receipt(String log, OptionalLong seq) {
    static Receipt at(String log, long seq) {
        return new Receipt(log, OptionalLong.of(seq));
    }

    static Receipt unplaced() {
        return new Receipt("", OptionalLong.empty());
    }
}
