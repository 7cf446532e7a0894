// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.util.List;

/**
 * The set-up could not be made, and nothing of it is there. Carries every problem that was found,
 * not only the first one; none of them contains a secret.
 */
public final class SetupFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String[] problems;

    SetupFailed(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = problems.toArray(String[]::new);
    }

    SetupFailed(String problem) {
        this(List.of(problem));
    }

    SetupFailed(String problem, Throwable cause) {
        this(problem);
        initCause(cause);
    }

    /** One sentence for each problem: {@code what: value (expected: …)}. Never empty. */
    public List<String> problems() {
        return List.of(problems);
    }
}
