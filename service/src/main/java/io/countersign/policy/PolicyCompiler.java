// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges a policy and makes it fast; finds every problem in one go. Used once, by one thread. */
final class PolicyCompiler {
    /** What clients are refused by has to fit a log line. */
    private static final int MAX_ID = 128;

    private final PolicyContext context;
    private final Findings findings = new Findings();
    private final SubjectCompiler subjects = new SubjectCompiler(findings);
    private final ShorthandCompiler shorthands = new ShorthandCompiler(findings);
    private final WhenCompiler whens;

    PolicyCompiler(PolicyContext context) {
        this.context = context;
        this.whens = new WhenCompiler(context, findings);
    }

    PolicyCompilation compile(PolicySource source) {
        Map<String, RoleTemplate> roles = roles(source.roles());
        GrantCompiler grants =
                new GrantCompiler(
                        context, roles, always(source.denyAlways()), shorthands, findings);
        List<Rule> rules = rules(source.rules(), grants);
        for (RoleSource role : source.roles()) {
            if (!grants.usedRoles().contains(role.name())) {
                findings.warn(role.path(), "is used by no rule");
            }
        }
        if (!findings.problems().isEmpty()) {
            return new PolicyCompilation.Refused(findings.problems(), findings.warnings());
        }
        return new PolicyCompilation.Compiled(
                new Policy(rules, shorthands.written()), findings.warnings());
    }

    private Map<String, RoleTemplate> roles(List<RoleSource> sources) {
        Map<String, RoleTemplate> roles = new HashMap<>();
        for (RoleSource role : sources) {
            ShorthandCompiler.Meaning meaning = shorthands.compile(role.shorthands());
            RoleTemplate template =
                    new RoleTemplate(
                            subjects.side(role.publish(), false).plus(meaning.publish()),
                            subjects.side(role.subscribe(), true).plus(meaning.subscribe()),
                            meaning.replies());
            if (roles.put(role.name(), template) != null) {
                findings.refuse(role.path(), "is written twice");
            }
        }
        return roles;
    }

    private RoleTemplate always(DenyAlwaysSource source) {
        List<SubjectTemplate> publish =
                subjects.subjects(source.path(), "publish", source.publish(), false);
        List<SubjectTemplate> subscribe =
                subjects.subjects(source.path(), "subscribe", source.subscribe(), true);
        return new RoleTemplate(
                new SideTemplate(List.of(), publish),
                new SideTemplate(List.of(), subscribe),
                false);
    }

    private List<Rule> rules(List<RuleSource> sources, GrantCompiler grants) {
        List<Rule> rules = new ArrayList<>();
        Map<String, String> pathOfId = new HashMap<>();
        Reachability reachability = new Reachability();
        for (RuleSource source : sources) {
            checkId(source, Optional.ofNullable(pathOfId.putIfAbsent(source.id(), source.path())));
            int before = findings.problems().size();
            List<Condition> conditions = whens.compile(source.when());
            boolean soundConditions = findings.problems().size() == before;
            if (soundConditions) {
                checkBroad(source, conditions);
            }
            Rule rule = new Rule(new RuleId(source.id()), conditions, effect(source, grants));
            if (soundConditions) {
                // A rule whose conditions are broken would seem to ask for less than it means to.
                reachability.hides(rule).ifPresent(earlier -> refuseHidden(source, earlier));
            }
            rules.add(rule);
        }
        return rules;
    }

    private void checkId(RuleSource rule, Optional<String> earlier) {
        String path = Paths.key(rule.path(), "id");
        if (rule.id().isBlank()
                || rule.id().length() > MAX_ID
                || rule.id().chars().anyMatch(Character::isISOControl)) {
            findings.refuse(
                    path,
                    "%s (expected: 1 to %d printable characters)"
                            .formatted(Findings.quoted(rule.id()), MAX_ID));
        } else {
            earlier.ifPresent(other ->
                    findings.refuse(
                            path,
                            "%s is also the id of %s (expected: each id once)"
                                    .formatted(Findings.quoted(rule.id()), other)));
        }
    }

    /** A denying rule may ask what it likes: at worst it denies too many. */
    private void checkBroad(RuleSource rule, List<Condition> conditions) {
        boolean aboutIdentity = conditions.stream().anyMatch(Condition::isAboutIdentity);
        if (!aboutIdentity && !rule.deny() && !rule.broad()) {
            findings.refuse(
                    Paths.key(rule.path(), "when"),
                    "asks nothing about who the client is, so anybody gets this grant"
                            + " (expected: source, name, groups or attributes; or broad: true)");
        }
        boolean bareName =
                !rule.when().name().isEmpty()
                        && rule.when().source().isEmpty()
                        && context.sources().size() > 1;
        if (bareName && aboutIdentity) {
            findings.warn(
                    Paths.key(Paths.key(rule.path(), "when"), "name"),
                    "is taken from any source: %s (expected: source, if they are not the same people)"
                            .formatted(Condition.listed(context.sources())));
        }
    }

    private Optional<GrantTemplate> effect(RuleSource rule, GrantCompiler grants) {
        if (rule.deny() == rule.grant().isPresent()) {
            findings.refuse(
                    rule.path(),
                    "%s (expected: either deny: true or a grant)"
                            .formatted(rule.deny() ? "denies and grants" : "does nothing"));
        }
        return rule.grant().map(grants::compile);
    }

    private void refuseHidden(RuleSource rule, RuleId earlier) {
        findings.refuse(
                rule.path(),
                "can never be reached: rule %s takes all of its clients (expected: the narrower rule first)"
                        .formatted(Findings.quoted(earlier.value())));
    }
}
