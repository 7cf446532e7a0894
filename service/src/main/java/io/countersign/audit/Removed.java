// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.OptionalLong;

/**
 * What a removal did.
 *
 * @param entries bodies that are gone
 * @param held bodies that would have gone but for a legal hold
 * @param act place of the act that accounts for it; empty when there was nothing to do
 */
public record Removed(long entries, long held, OptionalLong act) {
    static final Removed NOTHING = new Removed(0, 0, OptionalLong.empty());
}
