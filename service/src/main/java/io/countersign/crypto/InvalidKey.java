// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/**
 * A text or byte sequence that is not the key it should be. The message never contains the text,
 * because it may be a seed that somebody pasted into the wrong place. Without a stack trace:
 * strangers can cause it at will.
 */
public final class InvalidKey extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidKey(String message) {
        super(message, null, false, false);
    }
}
