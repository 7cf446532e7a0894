// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/** A sealed message that does not open: too short, another version, or not for this key. */
public final class BoxRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public BoxRefused(String message) {
        super(message, null, false, false);
    }
}
