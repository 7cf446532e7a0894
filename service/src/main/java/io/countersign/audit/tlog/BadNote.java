// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

/** A text that is not the note, checkpoint, key or proof that it should be, or is not signed. */
public final class BadNote extends Exception {
    private static final long serialVersionUID = 1L;

    public BadNote(String message) {
        super(message);
    }
}
