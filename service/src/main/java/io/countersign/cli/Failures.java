// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.ConfigInvalid;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what a command throws into one clear line and the right exit code; a stack trace only for
 * our own faults.
 */
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed)
            throws Exception {
        if (e instanceof ConfigInvalid) {
            command.getErr().println(e.getMessage());
            return ExitCode.USAGE;
        }
        if (e instanceof CommandFailed failed) {
            command.getErr().println(failed.getMessage());
            return failed.exitCode();
        }
        if (e instanceof IOException) {
            command.getErr().println(e.getClass().getSimpleName() + ": " + e.getMessage());
            return ExitCode.COULD_NOT;
        }
        throw e;
    }
}
