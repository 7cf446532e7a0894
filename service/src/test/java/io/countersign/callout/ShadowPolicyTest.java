// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static io.countersign.callout.CalloutFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Shadow;
import io.countersign.kit.Requests;
import io.countersign.policy.Decision;
import io.countersign.policy.Grant;
import io.countersign.policy.Reason;
import io.countersign.policy.RuleId;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.ResponsePermission;
import io.countersign.protocol.SubjectPermissions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is only tried out shows in the entry and nowhere else. */
class ShadowPolicyTest {
    private static final Instant ENDS = Requests.NOW.plusSeconds(600);

    private final CalloutFixture path = new CalloutFixture();

    @ParameterizedTest
    @ValueSource(strings = {"alice", "bob", "carol"})
    void shadowThatDecidesOtherwise_leavesTheAnswerAsItIs(String user) {
        String without = answer(user);
        AuditEntry before = path.trail.last();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Decision drawn = decision(random);
            path.shadow = Optional.of(new ShadowPolicy((_, _, _) -> drawn));

            assertThat(answer(user)).as("seed %d: %s", seed, drawn).isEqualTo(without);
            assertThat(asIfUnseen(path.trail.last())).isEqualTo(asIfUnseen(before));
            assertThat(path.trail.last().took()).containsKey("shadow");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "bob", "carol"})
    void shadowThatFailsInAnyWay_leavesTheAnswerAsItIs(String user) {
        String without = answer(user);
        for (ShadowPolicy.Judge broken : broken()) {
            path.shadow = Optional.of(new ShadowPolicy(broken));

            assertThat(answer(user)).isEqualTo(without);
            assertThat(path.trail.last().shadow().map(Shadow::effect)).contains(Shadow.FAILED);
            assertThat(path.trail.last().toString()).doesNotContain("s3cret");
        }
    }

    private static List<ShadowPolicy.Judge> broken() {
        return List.of(
                (_, _, _) -> {
                    throw new IllegalStateException("s3cret");
                },
                (_, _, _) -> {
                    throw new StackOverflowError();
                },
                (_, _, _) -> {
                    throw new NoClassDefFoundError("dev/cel");
                });
    }

    /** Nobody was proven, so there is nothing to ask it about. */
    @Test
    void loginThatFails_doesNotReachIt() {
        path.shadow =
                Optional.of(
                        new ShadowPolicy((_, _, _) -> {
                            throw new AssertionError("asked");
                        }));
        path.callout().answer(path.sealed(path.client("alice", "guess")));

        assertThat(path.trail.last().reason()).isEqualTo("bad-credential");
        assertThat(path.trail.last().shadow()).isEmpty();
    }

    @Test
    void difference_saysWhatItMeansForTheClient() {
        Decision allow = allow("APP", List.of("a"), "r");
        Decision other = allow("APP", List.of("b"), "s");
        Decision deny = deny(Reason.NO_RULE);

        assertThat(compare(allow, allow("APP", List.of("a"), "renamed"))).isEmpty();
        assertThat(compare(deny, deny(Reason.NO_RULE))).isEmpty();
        assertThat(compare(allow, other))
                .contains(new Shadow(Shadow.CHANGES, "", "s", "APP", "publish"));
        assertThat(compare(allow, allow("OTHER", List.of("b"), "s")).orElseThrow().detail())
                .isEqualTo("account, publish");
        assertThat(compare(allow, deny)).contains(new Shadow(Shadow.LOSES, "no-rule", "d", "", ""));
        assertThat(compare(deny, allow)).contains(new Shadow(Shadow.GAINS, "", "r", "APP", ""));
        assertThat(compare(deny, deny(Reason.ADDRESS_NOT_ALLOWED)))
                .contains(new Shadow(Shadow.CHANGES, "address-not-allowed", "d", "", ""));
    }

    private static Optional<Shadow> compare(Decision real, Decision other) {
        CalloutFixture path = new CalloutFixture();
        return new ShadowPolicy((_, _, _) -> other)
                .compare(real, path.identity("alice"), path.verified("alice"), Requests.NOW);
    }

    /** The claims of the answer without what differs by its nature: keys, times and ids. */
    private String answer(String user) {
        Requests client = path.client(user, "secret");
        return switch (path.callout().answer(path.sealed(client))) {
            case Outcome.Allowed(var answer) -> {
                var yes = opened(client, answer, path.newer);
                ObjectNode granted =
                        (ObjectNode)
                                CalloutFixture.claims(
                                        yes.at("/nats/jwt")
                                                .asText()
                                                .getBytes(StandardCharsets.US_ASCII));
                yield granted.remove(List.of("jti", "sub", "iat", "exp")).toString();
            }
            case Outcome.Refused(_, var reason) -> reason.code();
            case Outcome.Dropped(var reason) -> "dropped " + reason.code();
        };
    }

    private static String asIfUnseen(AuditEntry entry) {
        return List.of(
                        entry.decision(),
                        entry.reason(),
                        entry.rule(),
                        entry.account(),
                        entry.permissions(),
                        entry.degraded())
                .toString();
    }

    private static Decision decision(Random random) {
        if (random.nextBoolean()) {
            Reason[] reasons = Reason.values();
            return deny(reasons[random.nextInt(reasons.length)]);
        }
        return allow(
                random.nextBoolean() ? "APP" : "nowhere",
                random.nextBoolean() ? List.of("orders.>") : List.of(),
                "r" + random.nextInt());
    }

    private static Decision allow(String account, List<String> publish, String rule) {
        Permissions permissions =
                new Permissions(
                        new SubjectPermissions(publish, List.of()),
                        SubjectPermissions.NONE,
                        Optional.of(new ResponsePermission(1, Duration.ofSeconds(1))));
        return new Decision.Allow(
                new Grant(account, permissions, ENDS, List.of()), new RuleId(rule));
    }

    private static Decision deny(Reason reason) {
        return new Decision.Deny(reason, "x", Optional.of(new RuleId("d")));
    }
}
