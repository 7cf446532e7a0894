// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import org.jdbi.v3.core.Handle;

/**
 * What a trail file says about itself.
 *
 * @param size entries ever taken
 */
record LogRow(LogOrigin origin, String vkey, long size) {
    static LogRow read(Handle handle) {
        return handle.createQuery("SELECT origin, vkey, size FROM log")
                .map((row, _) ->
                        new LogRow(
                                LogOrigin.stored(row.getString(1)),
                                row.getString(2),
                                row.getLong(3)))
                .findOne()
                .orElseThrow(() -> new DamagedTrail("log: its one row is missing"));
    }
}
