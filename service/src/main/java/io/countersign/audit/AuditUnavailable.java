// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * The trail did not confirm an entry in time, so nothing may be answered. The entry may still reach
 * the log when only the confirmation was late: a trail can hold more than was answered, never less.
 */
public final class AuditUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public AuditUnavailable(String message) {
        super(message, null, false, false); // thrown by the thousand on a full disk: no stack walk
    }

    public AuditUnavailable(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    /**
     * Says what the deepest cause says. The exceptions around it are left out, because those of the
     * database layer quote statements with their arguments: entries, in somebody's log.
     */
    static AuditUnavailable because(String what, Throwable cause) {
        Throwable root = root(cause);
        return new AuditUnavailable(what + ": " + root.getMessage(), root);
    }

    static Throwable root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
