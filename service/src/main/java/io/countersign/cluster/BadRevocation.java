// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

/** Bytes that are no revocation of this cluster. */
public final class BadRevocation extends Exception {
    private static final long serialVersionUID = 1;

    BadRevocation(String message) {
        super(message);
    }
}
