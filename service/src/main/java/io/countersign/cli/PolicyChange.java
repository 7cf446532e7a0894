// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.policy.Decision;
import io.countersign.policy.Grant;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a new policy would change for one login.
 *
 * @param details in words, a line each
 */
record PolicyChange(LoginQuestion login, Kind kind, List<String> details) {
    /** What it means for who logs in. */
    enum Kind {
        SAME,
        GAINS,
        LOSES,
        CHANGES
    }

    PolicyChange {
        details = List.copyOf(details);
    }

    /** Compares two answers to one question. */
    static PolicyChange between(LoginQuestion login, Decision old, Decision now) {
        return switch (old) {
            case Decision.Allow was ->
                    switch (now) {
                        case Decision.Allow is -> granted(login, was.grant(), is.grant());
                        case Decision.Deny is ->
                                new PolicyChange(
                                        login, Kind.LOSES, List.of(told(was) + " -> " + told(is)));
                    };
            case Decision.Deny was ->
                    switch (now) {
                        case Decision.Allow is ->
                                new PolicyChange(
                                        login, Kind.GAINS, List.of(told(was) + " -> " + told(is)));
                        case Decision.Deny is ->
                                was.reason() == is.reason()
                                        ? new PolicyChange(login, Kind.SAME, List.of())
                                        : new PolicyChange(
                                                login,
                                                Kind.CHANGES,
                                                List.of(told(was) + " -> " + told(is)));
                    };
        };
    }

    /** Who logs in, and from where, in a line. */
    String who() {
        return "%s:%s%s by %s"
                .formatted(
                        login.source(),
                        login.user(),
                        login.address().isEmpty() ? "" : " from " + login.address(),
                        login.connection().word());
    }

    private static PolicyChange granted(LoginQuestion login, Grant was, Grant is) {
        List<String> details = new ArrayList<>();
        if (!was.account().equals(is.account())) {
            details.add("account: %s -> %s".formatted(was.account(), is.account()));
        }
        Permissions old = was.permissions();
        Permissions now = is.permissions();
        side("publish", old.publish(), now.publish(), details);
        side("subscribe", old.subscribe(), now.subscribe(), details);
        if (!old.responses().equals(now.responses())) {
            details.add(
                    "allow-responses: %s -> %s"
                            .formatted(
                                    old.responses().map(Object::toString).orElse("none"),
                                    now.responses().map(Object::toString).orElse("none")));
        }
        Duration before = Duration.between(login.now(), was.expires());
        Duration after = Duration.between(login.now(), is.expires());
        if (!before.equals(after)) {
            details.add("expires: after %s -> after %s".formatted(before, after));
        }
        if (!was.tags().equals(is.tags())) {
            details.add("tags: %s -> %s".formatted(was.tags(), is.tags()));
        }
        return new PolicyChange(login, details.isEmpty() ? Kind.SAME : Kind.CHANGES, details);
    }

    private static void side(
            String name, SubjectPermissions was, SubjectPermissions is, List<String> details) {
        list(name + ".allow", was.allow(), is.allow(), details);
        list(name + ".deny", was.deny(), is.deny(), details);
    }

    private static void list(String name, List<String> was, List<String> is, List<String> details) {
        Set<String> gone = new TreeSet<>(was);
        gone.removeAll(new HashSet<>(is));
        Set<String> come = new TreeSet<>(is);
        come.removeAll(new HashSet<>(was));
        gone.forEach(subject -> details.add("%s: - %s".formatted(name, subject)));
        come.forEach(subject -> details.add("%s: + %s".formatted(name, subject)));
    }

    private static String told(Decision decision) {
        return switch (decision) {
            case Decision.Allow(var grant, var rule) ->
                    "%s by rule %s".formatted(grant.account(), rule);
            case Decision.Deny(var reason, _, var rule) ->
                    reason.code() + rule.map(it -> " by rule " + it).orElse("");
        };
    }
}
