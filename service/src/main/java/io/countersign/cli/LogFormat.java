// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the log is written. An environment variable, as the level is, because the first lines come
 * before any file is read.
 */
final class LogFormat {
    static final String VARIABLE = "COUNTERSIGN_LOG_FORMAT";
    private static final Set<String> KNOWN = Set.of("text", "json");

    private LogFormat() {}

    /** An unknown one would leave the log empty. */
    static void refuseUnknown(@Nullable String given) {
        if (given != null && !KNOWN.contains(given)) {
            throw new CommandFailed(
                    ExitCode.USAGE, VARIABLE + ": \"" + given + "\" (expected: text or json)");
        }
    }
}
