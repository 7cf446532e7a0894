// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Can our own files be used? Asked before anything else; without them nothing can be looked at. */
final class FileChecks {
    static final Check INVALID =
            Check.error(
                    "configuration-invalid",
                    "No instance starts with these files, and the doctor cannot look further.",
                    _ -> Optional.empty());

    static final Check SECRET_OPEN =
            Check.error(
                    "secret-file-open",
                    "Who reads a seed can sign, open or log in as the service; no instance starts with such a file.",
                    _ -> Optional.empty());

    static final List<Check> ALL = List.of(INVALID, SECRET_OPEN);

    private static final Pattern KEY_WANTED =
            Pattern.compile("accounts\\..+\\.id|keys\\.callout-account");
    private static final Pattern NAME_WANTED = Pattern.compile(".*\\baccount");
    private static final Pattern KEY = Pattern.compile("\\bA[A-Z2-7]{55}\\b");

    private FileChecks() {}

    /** Those that a change of modes mends. */
    static boolean isOpenSecret(Problem problem) {
        return problem.message().contains("is open to others than its owner");
    }

    /**
     * @param named the file that stands where a problem is
     */
    static List<Finding> judge(List<Problem> problems, Function<Problem, Optional<Path>> named) {
        return problems.stream().map(it -> judge(it, named)).toList();
    }

    private static Finding judge(Problem problem, Function<Problem, Optional<Path>> named) {
        if (isOpenSecret(problem)) {
            return SECRET_OPEN.finding(
                    new Sign(
                            problem.toString(),
                            named.apply(problem)
                                    .flatMap(ModeFix::secret)
                                    .map(ModeFix::command)
                                    .orElse("chmod 600 FILE")));
        }
        boolean isNameForKey =
                KEY_WANTED.matcher(problem.path()).matches()
                        && problem.message().contains("a public account key")
                        && !problem.message().startsWith("missing");
        boolean isKeyForName =
                NAME_WANTED.matcher(problem.path()).matches()
                        && KEY.matcher(problem.message()).find();
        Check check = isNameForKey || isKeyForName ? AnswerChecks.NAME_AND_KEY : INVALID;
        return check.finding(
                new Sign(
                        problem.toString(),
                        isNameForKey
                                ? "Its public key: nsc describe account NAME --field sub"
                                : isKeyForName
                                        ? "The name that the account has under accounts in countersign.yaml."
                                        : "As expected there; countersign check tells when all is good."));
    }
}
