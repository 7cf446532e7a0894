// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Problem;
import io.countersign.policy.WrittenOut;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code check} found.
 *
 * @param files in the order in which they are named
 * @param problems that would stop a start, by file and line
 * @param warnings that would not
 * @param writtenOut what the shorthands of the policy became
 */
record CheckReport(
        List<FileReport> files,
        List<Problem> problems,
        List<Problem> warnings,
        List<WrittenOut> writtenOut) {
    CheckReport {
        writtenOut = List.copyOf(writtenOut);
        files = List.copyOf(files);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * A file that was looked at.
     *
     * @param content what is in it, in some words; empty if it cannot be told
     */
    record FileReport(Path file, String content) {
        private String name() {
            return String.valueOf(file.getFileName());
        }
    }

    boolean isGood() {
        return problems.isEmpty();
    }

    /** For a person. */
    void print(PrintWriter out) {
        int width = files.stream().mapToInt(file -> file.name().length()).max().orElse(0);
        for (FileReport file : files) {
            String padding = " ".repeat(width - file.name().length());
            out.println("  " + file.name() + padding + "  " + verdict(file));
        }
        out.println();
        problems.forEach(out::println);
        warnings.forEach(warning -> out.println(warned(warning)));
        if (!problems.isEmpty() || !warnings.isEmpty()) {
            out.println();
        }
        writtenOut.forEach(it -> print(it, out));
        out.println(sum());
    }

    /** What a shorthand became, a subject a line. */
    private static void print(WrittenOut shorthand, PrintWriter out) {
        out.println(shorthand.path() + " stands for");
        shorthand.publish().forEach(subject -> out.println("  publish    " + subject));
        shorthand.subscribe().forEach(subject -> out.println("  subscribe  " + subject));
        if (shorthand.replies()) {
            out.println("  replies    to the requests it gets");
        }
        out.println();
    }

    private String verdict(FileReport file) {
        long found = problems.stream().filter(it -> it.file().equals(file.file())).count();
        if (found > 0) {
            return counted(found, "problem");
        }
        return file.content().isEmpty() ? "not judged" : "good: " + file.content();
    }

    /** {@code policy.yaml:7: warning: roles.unused: …}, as compilers write it. */
    private static String warned(Problem warning) {
        String at = warning.line() > 0 ? ":" + warning.line() : "";
        return "%s%s: warning: %s: %s"
                .formatted(warning.file().getFileName(), at, warning.path(), warning.message());
    }

    private String sum() {
        String found = isGood() ? "No problems" : counted(problems.size(), "problem");
        return found
                + (warnings.isEmpty() ? "." : ", " + counted(warnings.size(), "warning") + ".");
    }

    static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** For a program. */
    JsonNode json() {
        ObjectNode json = PrettyJson.object();
        json.put("ok", isGood());
        json.set(
                "files",
                PrettyJson.array(
                        files,
                        file -> {
                            ObjectNode node =
                                    PrettyJson.object().put("file", file.file().toString());
                            return node.put("content", file.content());
                        }));
        json.set("problems", PrettyJson.array(problems, CheckReport::json));
        json.set("warnings", PrettyJson.array(warnings, CheckReport::json));
        json.set("stands-for", PrettyJson.array(writtenOut, CheckReport::json));
        return json;
    }

    private static JsonNode json(WrittenOut shorthand) {
        ObjectNode json = PrettyJson.object().put("path", shorthand.path());
        json.set("publish", PrettyJson.texts(shorthand.publish()));
        json.set("subscribe", PrettyJson.texts(shorthand.subscribe()));
        return json.put("replies", shorthand.replies());
    }

    private static JsonNode json(Problem problem) {
        return PrettyJson.object()
                .put("file", problem.file().toString())
                .put("line", problem.line())
                .put("path", problem.path())
                .put("message", problem.message());
    }
}
