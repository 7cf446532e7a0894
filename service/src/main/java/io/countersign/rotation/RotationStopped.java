// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

/** A rotation does not go on now. What was done stays good; the same command goes on later. */
public final class RotationStopped extends Exception {
    private static final long serialVersionUID = 1L;

    private final Why why;

    /** For exit codes. */
    public enum Why {
        /** Something is still used, or somebody said no. */
        REFUSED,
        /** Somebody has to do something, or did not answer in time. */
        WAITING,
        /** The command does not fit the files. */
        USAGE
    }

    public RotationStopped(Why why, String message) {
        super(message);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
