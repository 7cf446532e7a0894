// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/** The index cannot be opened, read or written. */
public final class IndexUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IndexUnusable(String message) {
        super(message);
    }

    IndexUnusable(String message, Throwable cause) {
        super(message, cause);
    }
}
