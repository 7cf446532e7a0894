// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A record that this cluster signed in a form, of a kind or with a field that this build does not
 * know: one of a newer build, during an upgrade. It is kept and passed on, and not in force here.
 */
final class UnknownRecord extends SignedRecord {
    private final @Nullable SignedRevocation before;

    UnknownRecord(byte[] bytes) {
        this(bytes, null);
    }

    private UnknownRecord(byte[] bytes, @Nullable SignedRevocation before) {
        super(bytes);
        this.before = before;
    }

    /** The same, after one that is understood: that one holds on, unless this one lifts it. */
    UnknownRecord after(@Nullable SignedRevocation understood) {
        return new UnknownRecord(raw(), isLifted() ? null : understood);
    }

    @Nullable SignedRevocation before() {
        return before;
    }
}
