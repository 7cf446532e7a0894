// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.time.Duration;

/** The other instances, as far as revocations need them. Thread-safe. */
public interface Peers extends AutoCloseable {
    /** Tells all instances and returns when all have confirmed, or at the limit. */
    Confirmation announce(SignedRevocation record, Duration limit);

    /** True if no instance that answers has seen this id before; from now on all have. */
    boolean takeOnce(String id, Duration limit);

    /**
     * Compares revocations with the others and takes what they have.
     *
     * @return false if no other instance could be compared with, although there should be one
     */
    boolean catchUp(Duration limit);

    /** Instances that this one sees, itself among them. */
    default int members() {
        return 1;
    }

    @Override
    void close();
}
