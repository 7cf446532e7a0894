// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.allow;
import static io.countersign.policy.Outcomes.permissions;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.ResponsePermission;
import io.countersign.protocol.SubjectPermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a grant becomes: roles, the rule's own, deny-always, and never an empty allow list. */
class GrantPermissionsTest {
    private static final Client ALICE = Client.named("alice");

    // 55
    @Test
    void side_leftOut_isDenyEverything() {
        Policy policy = Policies.of(rule("r").user("alice").publish("orders.new")).policy();

        Permissions permissions = permissions(policy, ALICE);

        assertThat(permissions.publish()).isEqualTo(sides(List.of("orders.new"), List.of()));
        assertThat(permissions.subscribe()).isEqualTo(SubjectPermissions.NONE);
    }

    // 55
    @Test
    void grant_ofNothing_deniesEverythingOnBothSidesAndWarns() {
        Policies policies = Policies.of(rule("r").user("alice"));

        assertThat(permissions(policies.policy(), ALICE)).isEqualTo(Permissions.NONE);
        assertThat(policies.warnings())
                .containsExactly("rules[0].grant: allows neither publish nor subscribe");
    }

    // 55
    @Test
    void denyList_withoutAllowList_allowsNothingAndWarns() {
        Policies policies =
                Policies.of(rule("r").user("alice").denyPublish("secret.>").subscribe("news"));

        assertThat(permissions(policies.policy(), ALICE).publish())
                .isEqualTo(SubjectPermissions.NONE);
        assertThat(policies.warnings())
                .singleElement()
                .asString()
                .startsWith("rules[0].grant.publish: has a deny list and no allow list");
    }

    // 55
    @Test
    void everythingAllowed_isRefusedUnlessItIsSaid() {
        Draft open = rule("r").user("alice").publish(">", "*.>", "*.*.x", "a.>").subscribe("a");

        assertThat(Policies.of(open).problems())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith(
                                                "rules[0].grant.publish.allow[0]: \">\" allows"),
                        second ->
                                assertThat(second)
                                        .startsWith(
                                                "rules[0].grant.publish.allow[1]: \"*.>\" allows"));
        Policies said = Policies.of(open.publishesEverything());
        assertThat(permissions(said.policy(), ALICE).publish().allow()).contains(">");
        assertThat(said.warnings()).isEmpty();
    }

    /** A role is no way around it, nor is a queue. */
    @Test
    void everythingAllowed_byARoleOrInAQueue_isRefused() {
        Policies policies =
                Policies.of(rule("r").user("alice").roles("wide"))
                        .role("wide", List.of("*.*.>"), List.of("> workers"));

        assertThat(policies.problems())
                .hasSize(2)
                .allMatch(problem -> problem.contains("everything: true"));
    }

    // 55
    @Test
    void everythingDenied_swallowsTheAllowList() {
        Policy policy =
                Policies.of(rule("r").user("alice").publish("a", "b").denyPublish("c", ">"))
                        .policy();

        assertThat(permissions(policy, ALICE).publish()).isEqualTo(SubjectPermissions.NONE);
    }

    @Test
    void roles_addUpWithTheRulesOwnInOrderAndOnce() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .roles("one", "two")
                                        .publish("own.p", "one.p")
                                        .denyPublish("own.p.secret"))
                        .role("one", List.of("one.p"), List.of("one.s"))
                        .role("two", List.of("two.p"), List.of("two.s work"))
                        .policy();

        Permissions permissions = permissions(policy, ALICE);

        assertThat(permissions.publish())
                .isEqualTo(sides(List.of("own.p", "one.p", "two.p"), List.of("own.p.secret")));
        assertThat(permissions.subscribe())
                .isEqualTo(sides(List.of("one.s", "two.s work"), List.of()));
    }

    @Test
    void denyAlways_isTakenFromEveryGrantOnItsOwnSide() {
        Policy policy =
                Policies.of(rule("r").user("alice").publish("a.>").subscribe("b.>"))
                        .denyAlways(List.of("$SYS.>"), List.of("b.private"))
                        .policy();

        Permissions permissions = permissions(policy, ALICE);

        assertThat(permissions.publish()).isEqualTo(sides(List.of("a.>"), List.of("$SYS.>")));
        assertThat(permissions.subscribe()).isEqualTo(sides(List.of("b.>"), List.of("b.private")));
    }

    @Test
    void denyAlways_withNothingAllowed_staysDenyEverything() {
        Policy policy =
                Policies.of(rule("r").user("alice"))
                        .denyAlways(List.of("$SYS.>"), List.of("$SYS.>"))
                        .policy();

        assertThat(permissions(policy, ALICE)).isEqualTo(Permissions.NONE);
    }

    // 57
    @Test
    void queueSuffix_inSubscribe_isKeptOnBothLists() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .subscribe("work.* workers")
                                        .denySubscribe("work.private others"))
                        .policy();

        assertThat(permissions(policy, ALICE).subscribe())
                .isEqualTo(sides(List.of("work.* workers"), List.of("work.private others")));
    }

    // 58
    @Test
    void responses_withoutPublishAllow_leavePublishDenied() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .subscribe("orders.get")
                                        .responses(1, Duration.ofMinutes(2)))
                        .policy();

        Permissions permissions = permissions(policy, ALICE);

        // Servers let a tracked reply pass whatever is denied: this is "replies only".
        assertThat(permissions.publish()).isEqualTo(SubjectPermissions.NONE);
        assertThat(permissions.responses())
                .contains(new ResponsePermission(1, Duration.ofMinutes(2)));
    }

    // 58
    @Test
    void responses_withPublishAllow_keepBoth() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .publish("log")
                                        .responses(-1, Duration.ofSeconds(-1)))
                        .policy();

        Permissions permissions = permissions(policy, ALICE);

        assertThat(permissions.publish()).isEqualTo(sides(List.of("log"), List.of()));
        assertThat(permissions.responses())
                .contains(new ResponsePermission(-1, Duration.ofSeconds(-1)));
    }

    // 58
    @Test
    void responses_ofZero_areRefused() {
        Policies policies =
                Policies.of(
                        rule("r").user("alice").publish("a").responses(0, Duration.ZERO),
                        rule("s").user("bob").publish("a").responses(-2, Duration.ofSeconds(1)));

        assertThat(policies.problems())
                .containsExactly(
                        "rules[0].grant.allow-responses.max: 0 (expected: > 0, or -1 for no limit)",
                        "rules[0].grant.allow-responses.for: PT0S (expected: > 0, or negative for no limit)",
                        "rules[1].grant.allow-responses.max: -2 (expected: > 0, or -1 for no limit)");
    }

    @Test
    void tags_areFilledInAndLowerCase() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .publish("a")
                                        .tags("Team:Blue", "site:{{attribute.site}}"))
                        .policy();

        Grant grant = allow(policy, Client.named("alice").attribute("site", "North", "S")).grant();

        assertThat(grant.tags()).containsExactly("team:blue", "site:north", "site:s");
    }

    private static SubjectPermissions sides(List<String> allow, List<String> deny) {
        return new SubjectPermissions(allow, deny);
    }
}
