// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.List;

/**
 * The operator's files cannot be used. The message is meant for a person: every problem on its own
 * line. At start it stops the start; at reload the old generation stays.
 */
public final class ConfigInvalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigInvalid(List<Problem> problems) {
        super(Problems.report(problems));
        this.problems = List.copyOf(problems);
    }

    /** All of them, by file and line; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
