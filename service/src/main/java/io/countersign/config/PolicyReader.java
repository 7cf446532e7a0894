// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.policy.DenyAlwaysSource;
import io.countersign.policy.GrantDefaults;
import io.countersign.policy.GrantSource;
import io.countersign.policy.PolicySource;
import io.countersign.policy.ResponseSource;
import io.countersign.policy.RoleSource;
import io.countersign.policy.RuleSource;
import io.countersign.policy.SideSource;
import io.countersign.policy.WhenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads {@code policy.yaml} after its schema has judged it. What the schema refused is left out in
 * whole rules, so that the compiler still judges all the others and invents nothing about these.
 */
final class PolicyReader {
    private final ConfigReader root;

    PolicyReader(ConfigReader root) {
        this.root = root;
    }

    PolicySource read() {
        List<RoleSource> roles = new ArrayList<>();
        root.key("roles").entries().forEach((name, at) -> roles.add(role(name, at)));
        List<RuleSource> rules = new ArrayList<>();
        for (ConfigReader at : root.key("rules").items()) {
            RuleSource rule = rule(at);
            at.build(() -> rule).ifPresent(rules::add);
        }
        ConfigReader always = root.key("deny-always");
        DenyAlwaysSource denyAlways =
                new DenyAlwaysSource(
                        path(always),
                        always.key("publish").texts(),
                        always.key("subscribe").texts());
        return new PolicySource(roles, denyAlways, rules);
    }

    /** Or else every use of a role would be a problem too. */
    private boolean rolesAreKnown() {
        ConfigReader roles = root.key("roles");
        return !roles.entries().isEmpty() || !roles.isFlawed();
    }

    /** One with a problem stays as far as it goes: its name is known, and rules may use it. */
    private static RoleSource role(String name, ConfigReader at) {
        return new RoleSource(
                path(at),
                name,
                side(at.key("publish")),
                side(at.key("subscribe")),
                ShorthandReader.read(at));
    }

    private static SideSource side(ConfigReader at) {
        return new SideSource(
                path(at),
                at.key("allow").texts(),
                at.key("deny").texts(),
                at.key("everything").flag(false));
    }

    private RuleSource rule(ConfigReader at) {
        ConfigReader grant = at.key("grant");
        return new RuleSource(
                path(at),
                at.key("id").text(""),
                when(at.key("when")),
                at.key("broad").flag(false),
                at.key("deny").flag(false),
                grant.isPresent() ? Optional.of(grant(grant)) : Optional.empty());
    }

    private static WhenSource when(ConfigReader at) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        at.key("attributes").entries().forEach((key, it) -> attributes.put(key, it.texts()));
        return new WhenSource(
                path(at),
                at.key("source").texts(),
                at.key("name").texts(),
                at.key("groups").texts(),
                attributes,
                at.key("network").texts(),
                at.key("connection").texts(),
                at.key("server-name").texts(),
                at.key("server-cluster").texts(),
                at.key("server-tags").texts(),
                at.key("client-kind").texts(),
                at.key("times").texts(),
                at.key("time-zone").text(""),
                at.key("expression").text(""));
    }

    private GrantSource grant(ConfigReader at) {
        return new GrantSource(
                path(at),
                at.key("account").text(""),
                rolesAreKnown() ? at.key("roles").texts() : List.of(),
                side(at.key("publish")),
                side(at.key("subscribe")),
                responses(at.key("allow-responses")),
                duration(at.key("expires"), GrantDefaults.SHORTEST, GrantDefaults.LONGEST),
                jitter(at.key("jitter")),
                at.key("tags").texts(),
                ShorthandReader.read(at),
                Stream.of("subs", "payload").filter(key -> at.key(key).isPresent()).toList());
    }

    /** A mapping, {@code true} for its defaults, or {@code false}. */
    private static Optional<ResponseSource> responses(ConfigReader at) {
        ConfigReader max = at.key("max");
        ConfigReader within = at.key("for");
        Duration ttl =
                duration(within, Duration.ofSeconds(1), Duration.ofDays(1))
                        .orElse(GrantDefaults.RESPONSES.ttl());
        // Neither a flag nor absent: then it is a mapping.
        if (at.flag(at.isPresent())) {
            return Optional.of(
                    new ResponseSource(path(at), max.integer(GrantDefaults.RESPONSES.max()), ttl));
        }
        return at.isPresent() ? Optional.of(ResponseSource.none(path(at))) : Optional.empty();
    }

    private static Optional<Duration> duration(ConfigReader at, Duration min, Duration max) {
        return at.value(text -> DurationText.parse(text, min, max));
    }

    private static Optional<Integer> jitter(ConfigReader at) {
        return at.text().map(text -> Integer.valueOf(text.substring(0, text.length() - 1)));
    }

    private static String path(ConfigReader at) {
        return at.path().toString();
    }
}
