// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * A value that must not stand in a subject: who has it is refused. Its text never repeats the
 * value.
 */
final class UnsafeValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final String detail;

    UnsafeValue(String detail) {
        super(detail, null, false, false); // clients can cause it at will: no stack walk
        this.detail = detail;
    }

    /** For the audit trail. */
    String detail() {
        return detail;
    }
}
