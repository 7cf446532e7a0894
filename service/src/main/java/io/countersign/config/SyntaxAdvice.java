// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Sentences for broken YAML. Only the library's short description is used: its full message repeats
 * lines of the file, and those may hold a secret.
 */
final class SyntaxAdvice {
    private static final Pattern BAD_START =
            Pattern.compile("found character '?(\\\\t|.{1,2}?)[('].*cannot start any token.*");

    private SyntaxAdvice() {}

    static String of(MarkedYAMLException broken) {
        String problem = Objects.requireNonNullElse(broken.getProblem(), "");
        String context = Objects.requireNonNullElse(broken.getContext(), "");
        Matcher start = BAD_START.matcher(problem);
        if (start.matches()) {
            return start.group(1).equals("\\t")
                    ? "a tab in the indentation (expected: spaces)"
                    : "text that starts with "
                            + start.group(1)
                            + " without quotes (expected: quotes around it)";
        } else if (context.contains("scanning an alias")) {
            return "text that starts with * without quotes (expected: quotes around it)";
        } else if (context.contains("scanning an anchor")) {
            return "text that starts with & without quotes (expected: quotes around it)";
        } else if (context.contains("scanning a block scalar")) {
            return "text that starts with > or | without quotes (expected: quotes around it)";
        } else if (context.contains("scanning a directive")) {
            return "a line that starts with % (expected: quotes around it)";
        } else if (context.contains("a tag") || problem.contains("tag handle")) {
            return "a tag (!…) that nobody defined; text with a leading ! needs quotes";
        } else if (context.contains("flow")) {
            return "broken [list] or {mapping}: a closing bracket or comma is missing, or text with"
                    + " { } [ ] , is not in quotes";
        } else if (problem.contains("mapping values are not allowed")) {
            return "a ':' that does not fit: is one missing in the line above, is the indentation wrong,"
                    + " or does text with ': ' need quotes?";
        } else if (problem.contains("could not find expected ':'")) {
            return "a line that is neither 'key: value' nor a list item (is a ':' missing?)";
        } else if (context.contains("block")) {
            return "wrong indentation, or a line that does not belong to the list or mapping above";
        } else if (context.contains("quoted scalar") || problem.contains("quoted")) {
            return "quotes that are not closed, or an unknown \\ escape inside of them";
        }
        return "not YAML";
    }
}
