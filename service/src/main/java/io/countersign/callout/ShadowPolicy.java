// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.Shadow;
import io.countersign.identity.Identity;
import io.countersign.policy.Decision;
import io.countersign.policy.Grant;
import io.countersign.policy.Policy;
import io.countersign.policy.RuleId;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second policy, asked about the same logins as the one in force and never obeyed. Whatever
 * becomes of asking it, it answers what to write down, and nothing else. Thread-safe.
 */
public final class ShadowPolicy {
    private static final Logger log = LoggerFactory.getLogger(ShadowPolicy.class);

    private final Judge judge;

    /** A policy, or in tests something that fails. */
    interface Judge {
        Decision decide(Identity identity, VerifiedRequest request, Instant now);
    }

    ShadowPolicy(Judge judge) {
        this.judge = judge;
    }

    /** Of a policy that was compiled as the one in force was. */
    public static ShadowPolicy of(Policy policy) {
        return new ShadowPolicy(policy::decide);
    }

    /**
     * What it would have decided, if that is something else.
     *
     * @param real what was decided
     * @param now the time at which it was: ends of sessions are compared
     */
    public Optional<Shadow> compare(
            Decision real, Identity identity, VerifiedRequest request, Instant now) {
        try {
            return difference(real, judge.decide(identity, request, now));
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            // The one handler at the edge would turn it into silence towards the client: a policy
            // that is only tried out must not do that.
            log.debug("the shadow policy failed", fault);
            return Optional.of(
                    new Shadow(Shadow.FAILED, "", "", "", fault.getClass().getSimpleName()));
        }
    }

    private static Optional<Shadow> difference(Decision real, Decision other) {
        return switch (other) {
            case Decision.Allow(var grant, var rule) ->
                    switch (real) {
                        case Decision.Allow(var granted, _) ->
                                told(Shadow.CHANGES, "", rule, grant.account(), in(granted, grant))
                                        .filter(it -> !it.detail().isEmpty());
                        case Decision.Deny _ -> told(Shadow.GAINS, "", rule, grant.account(), "");
                    };
            case Decision.Deny(var reason, _, var rule) ->
                    switch (real) {
                        case Decision.Allow _ -> refusal(Shadow.LOSES, reason.code(), rule);
                        case Decision.Deny(var given, _, _) ->
                                given == reason
                                        ? Optional.empty()
                                        : refusal(Shadow.CHANGES, reason.code(), rule);
                    };
        };
    }

    private static Optional<Shadow> refusal(String effect, String reason, Optional<RuleId> rule) {
        return Optional.of(new Shadow(effect, reason, rule.map(RuleId::value).orElse(""), "", ""));
    }

    private static Optional<Shadow> told(
            String effect, String reason, RuleId rule, String account, String detail) {
        return Optional.of(new Shadow(effect, reason, rule.value(), account, detail));
    }

    /** Names what is different; a rule of another name that grants the same is no difference. */
    private static String in(Grant one, Grant other) {
        List<String> parts = new ArrayList<>(0);
        Permissions mine = one.permissions();
        Permissions theirs = other.permissions();
        add(parts, "account", one.account().equals(other.account()));
        add(parts, "publish", mine.publish().equals(theirs.publish()));
        add(parts, "subscribe", mine.subscribe().equals(theirs.subscribe()));
        add(parts, "allow-responses", mine.responses().equals(theirs.responses()));
        add(parts, "expires", one.expires().equals(other.expires()));
        add(parts, "tags", one.tags().equals(other.tags()));
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String name, boolean same) {
        if (!same) {
            parts.add(name);
        }
    }
}
