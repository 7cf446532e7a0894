// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/** What the compiler has found so far. Used by one thread. */
final class Findings {
    /** Longer values are cut: the path tells where to look. */
    private static final int MAX_SHOWN = 64;

    private final List<PolicyProblem> problems = new ArrayList<>();
    private final List<PolicyProblem> warnings = new ArrayList<>();

    void refuse(String path, String message) {
        problems.add(new PolicyProblem(path, message));
    }

    /** A value that something else refused, with its words. */
    void refuse(String path, String value, IllegalArgumentException why) {
        refuse(path, quoted(value) + ": " + why.getMessage());
    }

    void warn(String path, String message) {
        warnings.add(new PolicyProblem(path, message));
    }

    List<PolicyProblem> problems() {
        return problems;
    }

    List<PolicyProblem> warnings() {
        return warnings;
    }

    /** A value of the file in one line, in quotes, whatever is in it. */
    static String quoted(String value) {
        String cut = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
        StringBuilder shown = new StringBuilder(cut.length() + 2).append('"');
        cut.codePoints()
                .forEach(c -> {
                    if (c != ' ' && SafeToken.isInvisible(c)) {
                        shown.append("\\u{%x}".formatted(c));
                    } else {
                        shown.appendCodePoint(c);
                    }
                });
        return shown.append('"').toString();
    }
}
