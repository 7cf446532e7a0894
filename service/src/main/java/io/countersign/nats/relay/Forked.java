// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

/** The stream holds of our log what our disk does not: one of the two is not what was written. */
final class Forked extends Exception {
    private static final long serialVersionUID = 1L;

    Forked(String message) {
        super(message);
    }
}
