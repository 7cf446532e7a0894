// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * Something that a verification found.
 *
 * @param seq the entry it is about; −1 when it is about the whole log
 */
public record Finding(Severity severity, long seq, String what) {
    /** What a finding means for the log. */
    public enum Severity {
        /** The log is not what was written. */
        BROKEN,
        /** Worth knowing; the log still holds. */
        NOTICE
    }

    /** {@code seq} of what concerns the whole log. */
    public static final long WHOLE = -1;

    @Override
    public String toString() {
        return (seq == WHOLE ? "log: " : "entry " + seq + ": ") + what;
    }
}
