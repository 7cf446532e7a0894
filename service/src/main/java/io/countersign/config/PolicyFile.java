// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.policy.Policy;
import io.countersign.policy.PolicyCompilation;
import io.countersign.policy.PolicyContext;
import io.countersign.policy.PolicyProblem;
import io.countersign.policy.PolicySource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Loads {@code policy.yaml}. Stateless. */
public final class PolicyFile {
    private PolicyFile() {}

    /**
     * A policy that can be used.
     *
     * @param warnings what its author should look at, by line
     * @param digest SHA-256 of the file as it was read, in hex
     */
    public record Loaded(Policy policy, List<Problem> warnings, String digest) {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /** What the policy of an instance may refer to. */
    public static PolicyContext context(ServiceConfig config) {
        String calloutAccount =
                switch (config.mode()) {
                    case Mode.Operator operator -> operator.calloutAccount();
                    case Mode.Static fixed -> fixed.calloutAccount().orElse("");
                };
        return context(config.mode().accountNames(), calloutAccount, config.sources());
    }

    static PolicyContext context(Set<String> accounts, String calloutAccount, Set<String> sources) {
        return new PolicyContext(accounts, calloutAccount, sources);
    }

    /**
     * Reads a file as one of several whose problems are reported together.
     *
     * @return empty if at least one problem was added
     */
    public static Optional<Loaded> read(Path file, PolicyContext context, Problems problems) {
        // Each takes as long as the other in a JVM that has just started.
        CompletableFuture<ConfigSchema> schema = CompletableFuture.supplyAsync(PolicyFile::schema);
        return YamlFile.read(file, problems)
                .flatMap(yaml -> of(yaml, context, problems, schema.join()));
    }

    static ConfigSchema schema() {
        return ConfigSchema.of(ConfigSchema.Kind.POLICY);
    }

    static Optional<Loaded> of(
            YamlFile yaml, PolicyContext context, Problems problems, ConfigSchema schema) {
        schema.check(yaml, problems);
        PolicySource source = new PolicyReader(ConfigReader.of(yaml, problems)).read();
        return switch (Policy.compile(source, context)) {
            case PolicyCompilation.Compiled(var policy, var warnings) ->
                    // What the schema refused was left out of the source.
                    ConfigReader.of(yaml, problems)
                            .build(() -> new Loaded(policy, placed(yaml, warnings), yaml.digest()));
            case PolicyCompilation.Refused(var refused, _) -> {
                placed(yaml, refused).forEach(problems::add);
                yield Optional.empty();
            }
        };
    }

    private static List<Problem> placed(YamlFile yaml, List<PolicyProblem> found) {
        return found.stream()
                .map(it -> yaml.problem(yaml.existing(KeyPath.parse(it.path())), it.message()))
                .sorted()
                .toList();
    }
}
