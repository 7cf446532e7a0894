// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

/** Exit codes of every command (a contract: scripts rely on them). */
final class ExitCode {
    static final int DONE = 0;

    /** The answer is no: a check failed, a chain is broken, a client would be refused. */
    static final int NO = 1;

    /** Wrong usage or configuration. */
    static final int USAGE = 2;

    /** It could not be done: unreachable, timed out. */
    static final int COULD_NOT = 3;

    private ExitCode() {}
}
