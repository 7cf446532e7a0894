// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.ConfigOutline;
import io.countersign.config.PolicyCase;
import io.countersign.config.PolicyCasesFile;
import io.countersign.config.PolicyFile;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.UsersFile;
import io.countersign.identity.users.User;
import io.countersign.policy.Policy;
import io.countersign.policy.PolicyContext;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code policy} commands read: policies beside the configuration that they are for, users
 * and cases. All problems of all files come together; no key is opened. Used once.
 */
final class PolicyInput {
    private final Problems problems = new Problems();
    private final Optional<ConfigOutline> outline;
    private final Path configuration;

    PolicyInput(Path configuration) {
        this.configuration = configuration;
        this.outline = ConfigOutline.read(configuration);
    }

    /** The policy that the configuration names. */
    Optional<Policy> policy() {
        return outline.flatMap(it -> policy(it.policy()));
    }

    /** Another one, judged as if the configuration named it. */
    Optional<Policy> policy(Path file) {
        Optional<PolicyContext> context = outline.flatMap(ConfigOutline::policyContext);
        return context.flatMap(it -> PolicyFile.read(file, it, problems))
                .map(PolicyFile.Loaded::policy);
    }

    /** Users of the file that the configuration names; none without one. */
    List<User> users() {
        return outline.flatMap(ConfigOutline::users)
                .flatMap(file -> UsersFile.read(file, problems))
                .orElse(List.of());
    }

    /** Cases of a file. */
    List<PolicyCase> cases(Path file) {
        return PolicyCasesFile.read(file, problems).orElse(List.of());
    }

    /**
     * Prints what is wrong with the files, and ends the command if anything is.
     *
     * @throws CommandFailed with {@link ExitCode#USAGE}
     */
    void check(PrintWriter err) {
        List<Problem> found = new ArrayList<>(problems.list());
        if (outline.flatMap(ConfigOutline::policyContext).isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    configuration
                            + ": cannot be read, or names no accounts"
                            + " (expected: the countersign.yaml that the policy is for)");
        }
        if (!found.isEmpty()) {
            found.forEach(err::println);
            err.flush();
            throw new CommandFailed(
                    ExitCode.USAGE,
                    CheckReport.counted(found.size(), "problem") + ". Nothing was tried.");
        }
    }
}
