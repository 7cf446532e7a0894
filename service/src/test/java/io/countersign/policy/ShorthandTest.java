// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.permissions;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.protocol.Permissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That the subjects are the right ones, servers say: {@code ShorthandIT}. */
class ShorthandTest {
    private static final Client ALICE = Client.named("alice");
    private static final String AT = "rules[0].grant.x";

    @Test
    void pullConsumer_mayFetchAndAcknowledge() {
        assertThat(written(consumer("ORDERS", "{{name}}", true)))
                .containsExactly(
                        "$JS.API.CONSUMER.INFO.ORDERS.alice",
                        "$JS.API.CONSUMER.MSG.NEXT.ORDERS.alice",
                        "$JS.ACK.ORDERS.alice.>",
                        "$JS.ACK.*.*.ORDERS.alice.*.*.*.*.>");
        assertThat(written(consumer("ORDERS", "c", false)))
                .containsExactly(
                        "$JS.API.CONSUMER.INFO.ORDERS.c", "$JS.API.CONSUMER.MSG.NEXT.ORDERS.c");
    }

    /** Whatever a stream is called: the longer form must not open the shorter one of another. */
    @Test
    void acknowledgement_inTheLongForm_isNoneOfAnotherConsumer() {
        var publish = permissions(policy(consumer("1", "2", true)), ALICE).publish();

        assertThat(publish.permitsPublish("$JS.ACK.1.2.1.1.1.1700000000.0")).isTrue();
        assertThat(publish.permitsPublish("$JS.ACK._.hash.1.2.1.1.1.1700000000.0.r")).isTrue();
        assertThat(publish.permitsPublish("$JS.ACK.X.Y.1.2.1.1700000000.0")).isFalse();
    }

    @Test
    void bucketReadInPart_hasNoSubjectWhoseBodyNamesTheKey() {
        List<String> subjects =
                written(new Shorthand.Bucket(AT, "b", List.of("{{name}}.>"), List.of()));

        assertThat(subjects)
                .contains("$JS.API.DIRECT.GET.KV_b.$KV.b.alice.>")
                .doesNotContain(
                        "$JS.API.DIRECT.GET.KV_b",
                        "$JS.API.STREAM.MSG.GET.KV_b",
                        "$JS.API.CONSUMER.CREATE.KV_b.*");
        assertThat(subjects).noneMatch(it -> it.startsWith("$KV."));
    }

    @Test
    void bucketWritten_mayNotBeRead() {
        assertThat(written(new Shorthand.Bucket(AT, "b", List.of(), List.of("x", "y.*"))))
                .containsExactly("$JS.API.STREAM.INFO.KV_b", "$KV.b.x", "$KV.b.y.*");
    }

    @Test
    void serviceThatAnswers_mayReplyAndOnlyListenInItsGroup() {
        Permissions permissions =
                permissions(policy(serve(List.of("prices.get"), Optional.empty())), ALICE);

        assertThat(permissions.responses()).contains(GrantDefaults.RESPONSES);
        assertThat(permissions.publish().permitsPublish("prices.get")).isFalse();
        assertThat(permissions.subscribe().permitsSubscribe("prices.get q")).isTrue();
        assertThat(permissions.subscribe().permitsSubscribe("prices.get")).isFalse();
        assertThat(permissions.subscribe().permitsSubscribe("$SRV.STATS.prices.id1")).isTrue();
        assertThat(permissions.subscribe().permitsSubscribe("$SRV.STATS.other")).isFalse();
    }

    @Test
    void responsesOfTheGrant_winOverThoseOfAService() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .responses(9, Duration.ofSeconds(7))
                                        .shorthand(serve(List.of(), Optional.of("crew"))))
                        .policy();

        assertThat(permissions(policy, ALICE).responses().orElseThrow().max()).isEqualTo(9);
    }

    @Test
    void responsesForbiddenByTheGrant_stayForbidden() {
        Draft draft =
                rule("r").user("alice").noResponses().shorthand(serve(List.of(), Optional.empty()));

        assertThat(permissions(Policies.of(draft).policy(), ALICE).responses()).isEmpty();
    }

    @Test
    void role_withShorthands_addsThemWithTheRepliesOfItsService() {
        Policy policy =
                Policies.of(rule("r").user("alice").roles("all"))
                        .role(
                                "all",
                                serve(List.of("a"), Optional.empty()),
                                inbox("_INBOX_{{name}}"))
                        .policy();

        Permissions permissions = permissions(policy, ALICE);
        assertThat(permissions.subscribe().allow()).contains("a q", "_INBOX_alice.>");
        assertThat(permissions.responses()).isPresent();
        assertThat(policy.writtenOut())
                .extracting(WrittenOut::replies)
                .containsExactly(true, false);
    }

    /** The same guard as for subjects that somebody wrote. */
    @Test
    void valueThatIsNoToken_refusesTheClient() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("*")
                                        .shorthand(
                                                new Shorthand.Bucket(
                                                        AT, "{{name}}", List.of(">"), List.of())))
                        .policy();

        for (String name : List.of("a.b", "*", ">", "a b")) {
            assertThat(Outcomes.deny(policy, Client.named(name)).reason())
                    .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        }
    }

    @Test
    void denyAlways_isTakenFromShorthandsToo() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .user("alice")
                                        .shorthand(
                                                new Shorthand.Bucket(
                                                        AT, "b", List.of(), List.of(">"))))
                        .denyAlways(List.of("$KV.b.locked"), List.of())
                        .policy();

        assertThat(permissions(policy, ALICE).publish().permitsPublish("$KV.b.locked")).isFalse();
    }

    @Test
    void inboxOfEverybody_andClientId_areWarnedOf() {
        assertThat(Policies.of(rule("r").user("alice").shorthand(inbox("_INBOX"))).warnings())
                .singleElement()
                .asString()
                .contains("is everybody's");
        assertThat(
                        Policies.of(rule("r").user("alice").shorthand(inbox("_I_{{client-id}}")))
                                .warnings())
                .singleElement()
                .asString()
                .contains("proven by nobody");
    }

    private static Shorthand inbox(String prefix) {
        return new Shorthand.Inbox(AT, prefix);
    }

    private static Shorthand consumer(String stream, String name, boolean ack) {
        return new Shorthand.Consumer(AT, stream, name, Optional.empty(), Optional.empty(), ack);
    }

    private static Shorthand serve(List<String> endpoints, Optional<String> queue) {
        return new Shorthand.Service(AT, Optional.of("prices"), Optional.empty(), endpoints, queue);
    }

    private static Policy policy(Shorthand shorthand) {
        return Policies.of(rule("r").user("alice").shorthand(shorthand)).policy();
    }

    private static List<String> written(Shorthand shorthand) {
        return permissions(policy(shorthand), ALICE).publish().allow();
    }
}
