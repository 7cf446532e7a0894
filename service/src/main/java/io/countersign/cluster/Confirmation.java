// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.util.List;

/**
 * Who has brought a record into force.
 *
 * @param by names of the instances, the asking one among them
 * @param of instances that there should be; a stranger counts too
 */
public record Confirmation(List<String> by, int of) {
    public Confirmation {
        by = List.copyOf(by);
    }

    public boolean isByAll() {
        return by.size() >= of;
    }

    /** "3 of 3". */
    @Override
    public String toString() {
        return by.size() + " of " + of;
    }
}
