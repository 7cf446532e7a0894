// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

/**
 * Why a login is not let in.
 *
 * @param rule its name
 * @param detail for the entry; names nobody
 */
public record Throttled(Kind kind, String rule, String detail) {
    /** Whose move it is. */
    public enum Kind {
        /** Too many failures: until the lockout ends. */
        LOCKED,
        /** Too fast: may try again. */
        LIMITED
    }
}
