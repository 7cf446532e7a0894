// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

/** Stored hashes that no tree can have, or that are missing. */
public class DamagedTree extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DamagedTree(String message) {
        super(message);
    }
}
