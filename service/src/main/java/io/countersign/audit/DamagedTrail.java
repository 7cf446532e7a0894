// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** What stands in a trail's file cannot have been written by us like that. */
final class DamagedTrail extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedTrail(String message) {
        super(message);
    }
}
