// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * A directory or file that we will not use as our trail: in use, not ours, damaged, or of a newer
 * version. Nothing in it was changed. The message says what is wrong and what to do.
 */
public final class TrailRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public TrailRefused(String message) {
        super(message);
    }

    public TrailRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
