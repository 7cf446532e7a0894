// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.PolicyCase;
import io.countersign.policy.Decision;
import io.countersign.policy.RuleId;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a policy makes of a case.
 *
 * @param differences what is not as the case wants it, a line each; none if it passed
 */
record CaseVerdict(PolicyCase about, LoginAnswer answer, List<String> differences) {
    CaseVerdict {
        differences = List.copyOf(differences);
    }

    /** Compares what is wanted with what would come. */
    static CaseVerdict of(PolicyCase about, LoginAnswer answer) {
        PolicyCase.Want want = about.want();
        List<String> differences =
                switch (answer.decision()) {
                    case Decision.Allow allow -> allowed(want, allow, answer.question().now());
                    case Decision.Deny deny -> denied(want, deny);
                };
        return new CaseVerdict(about, answer, differences);
    }

    boolean isPassed() {
        return differences.isEmpty();
    }

    private static List<String> denied(PolicyCase.Want want, Decision.Deny deny) {
        List<String> found = new ArrayList<>();
        String got = "refused as %s (%s)".formatted(deny.reason().code(), deny.detail());
        if (want.deny().isEmpty()) {
            found.add("want: allowed; got: " + got);
        } else if (!want.deny().get().equals(deny.reason().code())) {
            found.add("want: refused as %s; got: %s".formatted(want.deny().get(), got));
        }
        rule(want, deny.rule()).ifPresent(found::add);
        return found;
    }

    private static List<String> allowed(PolicyCase.Want want, Decision.Allow allow, Instant now) {
        List<String> found = new ArrayList<>();
        want.deny()
                .ifPresent(reason ->
                        found.add(
                                "want: refused as %s; got: allowed by rule %s"
                                        .formatted(reason, allow.rule())));
        rule(want, Optional.of(allow.rule())).ifPresent(found::add);
        want.account()
                .filter(account -> !account.equals(allow.grant().account()))
                .ifPresent(account ->
                        found.add(
                                "account: want: %s; got: %s"
                                        .formatted(account, allow.grant().account())));
        Permissions permissions = allow.grant().permissions();
        SubjectPermissions publish = permissions.publish();
        SubjectPermissions subscribe = permissions.subscribe();
        may("publish", want.mayPublish(), publish::permitsPublish, publish, found);
        mayNot("publish", want.mayNotPublish(), publish::permitsPublish, publish, found);
        may("subscribe", want.maySubscribe(), subscribe::permitsSubscribe, subscribe, found);
        mayNot("subscribe", want.mayNotSubscribe(), subscribe::permitsSubscribe, subscribe, found);
        Duration length = Duration.between(now, allow.grant().expires());
        want.expiresWithin()
                .filter(longest -> length.compareTo(longest) > 0)
                .ifPresent(longest ->
                        found.add(
                                "expires: want: within %s; got: after %s"
                                        .formatted(longest, length)));
        return found;
    }

    private static Optional<String> rule(PolicyCase.Want want, Optional<RuleId> got) {
        String name = got.map(RuleId::value).orElse("none");
        return want.rule()
                .filter(wanted -> !wanted.equals(name))
                .map(wanted -> "rule: want: %s; got: %s".formatted(wanted, name));
    }

    private static void may(
            String what,
            List<String> subjects,
            Predicate<String> permitted,
            SubjectPermissions has,
            List<String> found) {
        for (String subject : subjects) {
            if (!permitted.test(subject)) {
                found.add(
                        "%s %s: want: may; got: may not (%s)".formatted(what, subject, told(has)));
            }
        }
    }

    private static void mayNot(
            String what,
            List<String> subjects,
            Predicate<String> permitted,
            SubjectPermissions has,
            List<String> found) {
        for (String subject : subjects) {
            if (permitted.test(subject)) {
                found.add(
                        "%s %s: want: may not; got: may (%s)".formatted(what, subject, told(has)));
            }
        }
    }

    /** Permissions in a line. */
    static String told(SubjectPermissions permissions) {
        if (permissions.isUnrestricted()) {
            return "everything";
        }
        String allowed = permissions.allow().isEmpty() ? "all" : listed(permissions.allow());
        return permissions.deny().isEmpty()
                ? "allow " + allowed
                : "allow %s, deny %s".formatted(allowed, listed(permissions.deny()));
    }

    private static String listed(List<String> subjects) {
        return String.join(" ", subjects);
    }
}
