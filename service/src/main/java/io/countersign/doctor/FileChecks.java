// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Can our own files be used? Asked before anything else; without them nothing can be looked at. */
final class FileChecks {
    static final Check INVALID =
            Check.error(
                    "configuration-invalid",
                    "No instance starts with these files, and the doctor cannot look further.",
                    _ -> Optional.empty());

    private static final Pattern KEY_WANTED =
            Pattern.compile("accounts\\..+\\.id|keys\\.callout-account");
    private static final Pattern NAME_WANTED = Pattern.compile(".*\\baccount");
    private static final Pattern KEY = Pattern.compile("\\bA[A-Z2-7]{55}\\b");

    private FileChecks() {}

    static List<Finding> judge(List<Problem> problems) {
        return problems.stream().map(FileChecks::judge).toList();
    }

    private static Finding judge(Problem problem) {
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
