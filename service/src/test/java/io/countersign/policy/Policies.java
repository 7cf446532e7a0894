// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Policies that tests write, compiled against two accounts, a callout account and two sources. */
final class Policies {
    static final String APP = "APP";
    static final String CALLOUT = "AUTH";
    static final PolicyContext CONTEXT =
            new PolicyContext(Set.of(APP, "OTHER", CALLOUT), CALLOUT, Set.of("users", "oidc"));

    private final List<RoleSource> roles = new ArrayList<>();
    private final List<Draft> rules = new ArrayList<>();
    private DenyAlwaysSource always = new DenyAlwaysSource("deny-always", List.of(), List.of());

    private Policies() {}

    /** Of these rules; more can be added. */
    static Policies of(Draft... rules) {
        Policies policies = new Policies();
        policies.rules.addAll(List.of(rules));
        return policies;
    }

    Policies role(String name, List<String> publish, List<String> subscribe) {
        String path = "roles." + name;
        roles.add(
                new RoleSource(
                        path,
                        name,
                        new SideSource(path + ".publish", publish, List.of()),
                        new SideSource(path + ".subscribe", subscribe, List.of())));
        return this;
    }

    Policies role(String name, Shorthand... meant) {
        String path = "roles." + name;
        roles.add(
                new RoleSource(
                        path,
                        name,
                        SideSource.absent(path + ".publish"),
                        SideSource.absent(path + ".subscribe"),
                        List.of(meant)));
        return this;
    }

    Policies denyAlways(List<String> publish, List<String> subscribe) {
        always = new DenyAlwaysSource("deny-always", publish, subscribe);
        return this;
    }

    PolicyCompilation compilation() {
        List<RuleSource> sources = new ArrayList<>();
        for (Draft rule : rules) {
            sources.add(rule.at(sources.size()));
        }
        return Policy.compile(new PolicySource(roles, always, sources), CONTEXT);
    }

    /** Fails the test if there are problems. */
    Policy policy() {
        PolicyCompilation compilation = compilation();
        assertThat(problems(compilation)).isEmpty();
        return ((PolicyCompilation.Compiled) compilation).policy();
    }

    List<String> problems() {
        return problems(compilation());
    }

    List<String> warnings() {
        return compilation().warnings().stream().map(PolicyProblem::toString).toList();
    }

    private static List<String> problems(PolicyCompilation compilation) {
        return switch (compilation) {
            case PolicyCompilation.Compiled _ -> List.of();
            case PolicyCompilation.Refused(List<PolicyProblem> problems, _) ->
                    problems.stream().map(PolicyProblem::toString).toList();
        };
    }
}
