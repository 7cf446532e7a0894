// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/** What came of a {@link PolicySource}. */
public sealed interface PolicyCompilation {
    /** Things to look at that do not stop the policy; in the order of the file. */
    List<PolicyProblem> warnings();

    /** It can be used. */
    record Compiled(Policy policy, List<PolicyProblem> warnings) implements PolicyCompilation {
        public Compiled {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It cannot.
     *
     * @param problems all of them, never empty
     */
    record Refused(List<PolicyProblem> problems, List<PolicyProblem> warnings)
            implements PolicyCompilation {
        public Refused {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }
}
