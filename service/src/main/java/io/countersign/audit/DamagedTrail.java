// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.DamagedTree;

/** What stands in a trail's file cannot have been written by us like that. */
final class DamagedTrail extends DamagedTree {
    private static final long serialVersionUID = 1L;

    DamagedTrail(String message) {
        super(message);
    }
}
