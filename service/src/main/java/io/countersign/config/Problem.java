// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * One thing that is wrong in a configuration file, with its address.
 *
 * @param line counted from 1; 0 when the file as a whole is meant
 * @param path where in the file, like {@code permissions.publish.allow[2]}; empty for the whole
 * @param message what is wrong and what was expected; never a secret
 */
public record Problem(Path file, int line, String path, String message)
        implements Comparable<Problem> {
    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::file)
                    .thenComparingInt(Problem::line)
                    .thenComparing(Problem::path)
                    .thenComparing(Problem::message);

    public Problem {
        if (line < 0) {
            throw new IllegalArgumentException("line: " + line + " (expected: >= 0)");
        }
    }

    /** By file, then from top to bottom. */
    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code policy.yaml:14: rules[0].grant.account: …}: clickable in terminals and editors. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(64).append(file.getFileName());
        if (line > 0) {
            text.append(':').append(line);
        }
        text.append(": ");
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        return text.append(message).toString();
    }
}
