// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static io.countersign.cli.CheckReport.counted;

import io.countersign.cli.CheckReport.FileReport;
import io.countersign.config.ConfigOutline;
import io.countersign.config.Mode;
import io.countersign.config.PolicyFile;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.config.UsersFile;
import io.countersign.identity.users.User;
import io.countersign.policy.PolicyContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads {@code countersign.yaml}, the files that it names and the keys, as a start would, but goes
 * on after problems. Used once.
 */
final class CheckedFiles {
    private final Path file;
    private final Surroundings surroundings;
    private final Problems problems = new Problems();
    private final List<FileReport> reports = new ArrayList<>();
    private Optional<PolicyFile.Loaded> policy = Optional.empty();
    private Optional<PolicyFile.Loaded> shadow = Optional.empty();
    private List<User> users = List.of();

    CheckedFiles(Path file, Surroundings surroundings) {
        this.file = file;
        this.surroundings = surroundings;
    }

    /** All files. */
    CheckReport check() {
        Optional<ServiceConfig> config = ServiceConfig.read(file, surroundings, problems);
        Optional<ConfigOutline> outline = ConfigOutline.read(file);
        String content = "";
        if (config.isPresent() && outline.isPresent()) {
            Secrets secrets = new Secrets(surroundings.environment());
            OpenedSecrets keys = new OpenedSecrets(secrets, outline.get(), problems);
            int opened = keys.open(config.get());
            int proven = new CheckedAuthenticators(secrets, problems).open(file, config.get());
            content =
                    String.join(
                            ", ",
                            Stream.concat(
                                            Stream.of(content(config.get(), opened + proven)),
                                            keys.elsewhere().stream())
                                    .toList());
        }
        reports.add(new FileReport(file, content));
        outline.ifPresent(this::named);
        return report();
    }

    /** Only what decides about a login: no key is opened. */
    CheckReport readPolicyAndUsers() {
        ServiceConfig.read(file, surroundings, problems);
        ConfigOutline.read(file).ifPresent(this::named);
        return report();
    }

    private CheckReport report() {
        List<Problem> warnings =
                Stream.of(policy, shadow)
                        .flatMap(Optional::stream)
                        .flatMap(it -> it.warnings().stream())
                        .toList();
        return new CheckReport(
                reports,
                problems.list(),
                warnings,
                policy.map(it -> it.policy().writtenOut()).orElse(List.of()));
    }

    private void named(ConfigOutline outline) {
        policy = policy(outline.policy(), outline.policyContext());
        shadow = outline.shadowPolicy().flatMap(path -> policy(path, outline.policyContext()));
        outline.users().ifPresent(this::users);
    }

    private Optional<PolicyFile.Loaded> policy(Path path, Optional<PolicyContext> context) {
        Optional<PolicyFile.Loaded> read =
                context.flatMap(it -> PolicyFile.read(path, it, problems));
        int rules = read.map(it -> it.policy().rules().size()).orElse(0);
        reports.add(new FileReport(path, read.isEmpty() ? "" : counted(rules, "rule")));
        return read;
    }

    private void users(Path path) {
        Optional<List<User>> read = UsersFile.read(path, problems);
        users = read.orElse(List.of());
        reports.add(new FileReport(path, read.isEmpty() ? "" : counted(users.size(), "user")));
    }

    private static String content(ServiceConfig config, int opened) {
        String mode =
                switch (config.mode()) {
                    case Mode.Operator _ -> "operator mode";
                    case Mode.Static _ -> "static mode";
                };
        String authenticators =
                config.authenticators().isEmpty()
                        ? ""
                        : ", " + counted(config.authenticators().size(), "authenticator");
        return "%s, %s, %s%s, %s opened"
                .formatted(
                        mode,
                        config.keys().isSealed() ? "sealed" : "not sealed",
                        counted(config.mode().accountNames().size(), "account"),
                        authenticators,
                        counted(opened, "secret"));
    }

    /** Names of authenticators, as far as they can be made out. */
    Set<String> sources() {
        return ConfigOutline.read(file).map(ConfigOutline::sources).orElse(Set.of());
    }

    /** The policy, unless there is a problem. */
    Optional<PolicyFile.Loaded> policy() {
        return policy;
    }

    /** The shadow policy; empty without one, or if there is a problem. */
    Optional<PolicyFile.Loaded> shadow() {
        return shadow;
    }

    /** The users of the file; none without one. */
    List<User> users() {
        return users;
    }
}
