// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

/** The shared database cannot be asked. */
public final class StoreUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreUnusable(String message, Throwable cause) {
        super(message, cause);
    }
}
