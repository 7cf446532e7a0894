// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** Bytes that are not one entry in our canonical encoding. */
public final class BadEntry extends Exception {
    private static final long serialVersionUID = 1L;

    public BadEntry(String message) {
        super(message);
    }
}
