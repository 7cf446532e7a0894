// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.ResponsePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code grant} of a rule into what is filled in for a client: its own, its roles', less what
 * is always denied.
 */
final class GrantCompiler {
    private final PolicyContext context;
    private final Map<String, RoleTemplate> roles;
    private final RoleTemplate always;
    private final Findings findings;
    private final ShorthandCompiler shorthands;
    private final Set<String> usedRoles = new HashSet<>();

    /**
     * @param always with the deny lists of {@code deny-always} and nothing allowed
     */
    GrantCompiler(
            PolicyContext context,
            Map<String, RoleTemplate> roles,
            RoleTemplate always,
            ShorthandCompiler shorthands,
            Findings findings) {
        this.context = context;
        this.roles = Map.copyOf(roles);
        this.always = always;
        this.shorthands = shorthands;
        this.findings = findings;
    }

    GrantTemplate compile(GrantSource grant) {
        account(grant);
        warnOfIgnored(grant);
        SubjectCompiler subjects = new SubjectCompiler(findings);
        ShorthandCompiler.Meaning meaning = shorthands.compile(grant.shorthands());
        SideTemplate publish = subjects.side(grant.publish(), false).plus(meaning.publish());
        SideTemplate subscribe = subjects.side(grant.subscribe(), true).plus(meaning.subscribe());
        boolean replies = meaning.replies();
        for (RoleTemplate role : roles(grant)) {
            publish = publish.plus(role.publish());
            subscribe = subscribe.plus(role.subscribe());
            replies |= role.replies();
        }
        Optional<ResponsePermission> responses =
                grant.responses().isEmpty() && replies
                        ? Optional.of(GrantDefaults.RESPONSES)
                        : grant.responses().flatMap(this::responses);
        warnOfNothing(grant, publish, subscribe, responses.isPresent());
        publish = publish.plus(always.publish());
        subscribe = subscribe.plus(always.subscribe());
        subjects.judge(grant.subscribe().path(), subscribe);
        return new GrantTemplate(
                grant.account(), publish, subscribe, responses, expiry(grant), tags(grant));
    }

    private void account(GrantSource grant) {
        String path = Paths.key(grant.path(), "account");
        if (grant.account().equals(context.calloutAccount())) {
            findings.refuse(
                    path,
                    "%s is the callout account, whose users see the requests of others (expected: another account)"
                            .formatted(Findings.quoted(grant.account())));
        } else if (!context.accounts().contains(grant.account())) {
            findings.refuse(
                    path,
                    "%s is not known (expected: one of %s)"
                            .formatted(
                                    Findings.quoted(grant.account()),
                                    Condition.listed(context.accounts())));
        }
    }

    /** Tried: servers take them from a callout's answer and do not look at them again (ADR 7). */
    private void warnOfIgnored(GrantSource grant) {
        for (String key : grant.ignored()) {
            findings.warn(
                    Paths.key(grant.path(), key),
                    "servers ignore it for users that a callout lets in, and it is not sent"
                            + " (expected: a limit of the account %s: %s in nats-server's"
                                    .formatted(
                                            Findings.quoted(grant.account()),
                                            key.equals("subs")
                                                    ? "max_subscriptions"
                                                    : "max_payload")
                            + " configuration, or nsc edit account --%s)"
                                    .formatted(key.equals("subs") ? "subscriptions" : "payload"));
        }
    }

    private List<RoleTemplate> roles(GrantSource grant) {
        List<RoleTemplate> found = new ArrayList<>();
        for (int i = 0; i < grant.roles().size(); i++) {
            String name = grant.roles().get(i);
            RoleTemplate role = roles.get(name);
            usedRoles.add(name);
            if (role == null) {
                findings.refuse(
                        Paths.item(grant.path(), "roles", i),
                        "%s is not known (expected: one of %s)"
                                .formatted(
                                        Findings.quoted(name), Condition.listed(roles.keySet())));
            } else {
                found.add(role);
            }
        }
        return found;
    }

    /** Names of all roles that some grant asked for. */
    Set<String> usedRoles() {
        return Set.copyOf(usedRoles);
    }

    private Optional<ResponsePermission> responses(ResponseSource source) {
        if (source.isNone()) {
            return Optional.empty();
        }
        boolean sound = true;
        if (source.max() == 0 || source.max() < -1) {
            findings.refuse(
                    Paths.key(source.path(), "max"),
                    source.max() + " (expected: > 0, or -1 for no limit)");
            sound = false;
        }
        if (source.ttl().isZero()) {
            findings.refuse(
                    Paths.key(source.path(), "for"),
                    source.ttl() + " (expected: > 0, or negative for no limit)");
            sound = false;
        }
        return sound
                ? Optional.of(new ResponsePermission(source.max(), source.ttl()))
                : Optional.empty();
    }

    private void warnOfNothing(
            GrantSource grant, SideTemplate publish, SideTemplate subscribe, boolean responses) {
        warnOfDenyOnly(grant.publish(), publish);
        warnOfDenyOnly(grant.subscribe(), subscribe);
        if (publish.allow().isEmpty() && subscribe.allow().isEmpty() && !responses) {
            findings.warn(grant.path(), "allows neither publish nor subscribe");
        }
    }

    /**
     * In a server's configuration a deny list alone leaves everything else open; here it does not.
     */
    private void warnOfDenyOnly(SideSource source, SideTemplate side) {
        boolean onPurpose = source.deny().contains(">");
        if (side.allow().isEmpty() && !source.deny().isEmpty() && !onPurpose) {
            findings.warn(
                    source.path(),
                    "has a deny list and no allow list, so nothing is allowed (expected: an allow list)");
        }
    }

    private Expiry expiry(GrantSource grant) {
        Duration length = grant.expires().orElse(GrantDefaults.EXPIRES);
        if (length.compareTo(GrantDefaults.SHORTEST) < 0
                || length.compareTo(GrantDefaults.LONGEST) > 0) {
            findings.refuse(
                    Paths.key(grant.path(), "expires"),
                    "%s (expected: %s to %s)"
                            .formatted(length, GrantDefaults.SHORTEST, GrantDefaults.LONGEST));
            length = GrantDefaults.EXPIRES;
        }
        int jitter = grant.jitterPercent().orElse(GrantDefaults.JITTER_PERCENT);
        if (jitter < 0 || jitter > GrantDefaults.MAX_JITTER_PERCENT) {
            findings.refuse(
                    Paths.key(grant.path(), "jitter"),
                    "%d%% (expected: 0%% to %d%%)"
                            .formatted(jitter, GrantDefaults.MAX_JITTER_PERCENT));
            jitter = GrantDefaults.JITTER_PERCENT;
        }
        return new Expiry(length, jitter);
    }

    private List<Template> tags(GrantSource grant) {
        List<Template> tags = new ArrayList<>();
        for (int i = 0; i < grant.tags().size(); i++) {
            String text = grant.tags().get(i);
            String path = Paths.item(grant.path(), "tags", i);
            try {
                Template tag = Template.parse(text);
                String sample = tag.with("x");
                if (sample.isEmpty() || sample.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
                    throw new IllegalArgumentException(
                            "is empty or has white space or control characters");
                }
                tags.add(tag);
            } catch (IllegalArgumentException refused) {
                findings.refuse(path, text, refused);
            }
        }
        return tags;
    }
}
