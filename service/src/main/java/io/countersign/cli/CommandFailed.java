// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

/** A command ends with a message for people and an exit code. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
