// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

/** A message that none of our instances would have written. */
public final class NotOurs extends Exception {
    private static final long serialVersionUID = 1L;

    NotOurs(String message) {
        super(message);
    }
}
