// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.NOW;
import static io.countersign.policy.Outcomes.allow;
import static io.countersign.policy.Outcomes.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Requests;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions end: spread, in whole seconds, and never after the credential. */
class ExpiryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void grant_withoutJitter_endsExactlyThen() {
        assertThat(expires(policy(HOUR, 0), Client.named("alice"))).isEqualTo(NOW.plus(HOUR));
    }

    @Test
    void grant_withoutExpires_hasTheDefaults() {
        Policy policy = Policies.of(rule("r").name("alice").publish("a")).policy();

        assertThat(expires(policy, Client.named("alice")))
                .isBetween(NOW.plus(Duration.ofMinutes(48)), NOW.plus(HOUR));
    }

    // 63
    @Test
    void jitter_spreadsEndsOverItsShareAndIsTheSameForTheSameConnection() {
        Policy policy = policy(HOUR, 20);
        Set<Instant> ends = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Client client = Client.named("alice").userKey("UKEY" + i);
            Instant end = expires(policy, client);
            assertThat(end).isBetween(NOW.plus(Duration.ofMinutes(48)), NOW.plus(HOUR));
            assertThat(expires(policy, client)).isEqualTo(end);
            ends.add(end);
        }
        assertThat(ends).hasSizeGreaterThan(400);
        assertThat(ends).anyMatch(end -> end.isBefore(NOW.plus(Duration.ofMinutes(50))));
        assertThat(ends).anyMatch(end -> end.isAfter(NOW.plus(Duration.ofMinutes(58))));
    }

    // 63
    @Test
    void credential_thatEndsSooner_endsTheSession() {
        Policy policy = policy(HOUR, 0);

        assertThat(expires(policy, until(Duration.ofMinutes(5))))
                .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        assertThat(expires(policy, until(Duration.ofMillis(90_999))))
                .isEqualTo(NOW.plusSeconds(90));
        assertThat(expires(policy, until(Duration.ofDays(1)))).isEqualTo(NOW.plus(HOUR));
    }

    // 63
    @Test
    void credential_withLessThanASecondLeft_isDenied() {
        Policy policy = policy(HOUR, 20);

        for (long millis : new long[] {999, 1, 0, -1, -3_600_000}) {
            assertThat(reason(policy, until(Duration.ofMillis(millis))))
                    .isEqualTo(Reason.EXPIRED_CREDENTIAL);
        }
        assertThat(expires(policy, until(Duration.ofSeconds(1)))).isEqualTo(NOW.plusSeconds(1));
    }

    // 63: exp = now is accepted by servers and ends the session before the first PONG
    @Test
    void end_isAWholeSecondAfterNowAtAnyPartOfASecond() {
        Expiry expiry = new Expiry(Duration.ofSeconds(1), GrantDefaults.MAX_JITTER_PERCENT);
        for (int millis = 0; millis < 1_000; millis++) {
            Instant now = NOW.plusMillis(millis);
            for (long left : new long[] {1_000, 1_001, 1_999, 2_500, 60_000}) {
                Optional<Instant> end =
                        expiry.at(now, "U" + millis, Optional.of(now.plusMillis(left)));
                assertThat(end).hasValueSatisfying(e -> assertThat(e).isAfter(now));
                assertThat(end.map(e -> e.truncatedTo(ChronoUnit.SECONDS))).isEqualTo(end);
            }
        }
    }

    // 65: the shortest session outlives a server's clock that is two seconds ahead
    @Test
    void shortestSession_leavesRoomForClockSkew() {
        Policy policy = policy(GrantDefaults.SHORTEST, 0);

        assertThat(expires(policy, Client.named("alice"))).isAfter(NOW.plusSeconds(2));
    }

    @Test
    void request_withItsUserKey_seedsTheJitter() {
        Policy policy = policy(HOUR, 50);
        Set<Instant> ends = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Decision decision =
                    policy.decide(
                            Client.named("alice").identity(),
                            Requests.server().verified(),
                            Requests.NOW);
            ends.add(((Decision.Allow) decision).grant().expires());
        }
        assertThat(ends).hasSizeGreaterThan(5);
    }

    @Test
    void lengthAndJitter_outOfBounds_areRefused() {
        assertThat(
                        Policies.of(
                                        rule("a").name("a").publish("a").expires(Duration.ZERO),
                                        rule("b").name("b").publish("a").expires(HOUR.negated()),
                                        rule("c")
                                                .name("c")
                                                .publish("a")
                                                .expires(Duration.ofDays(31)),
                                        rule("d").name("d").publish("a").jitter(51),
                                        rule("e").name("e").publish("a").jitter(-1))
                                .problems())
                .containsExactly(
                        "rules[0].grant.expires: PT0S (expected: PT5S to PT720H)",
                        "rules[1].grant.expires: PT-1H (expected: PT5S to PT720H)",
                        "rules[2].grant.expires: PT744H (expected: PT5S to PT720H)",
                        "rules[3].grant.jitter: 51% (expected: 0% to 50%)",
                        "rules[4].grant.jitter: -1% (expected: 0% to 50%)");
    }

    private static Policy policy(Duration length, int jitter) {
        return Policies.of(rule("r").name("alice").publish("a").expires(length).jitter(jitter))
                .policy();
    }

    private static Client until(Duration left) {
        return Client.named("alice").until(NOW.plus(left));
    }

    private static Instant expires(Policy policy, Client client) {
        return allow(policy, client).grant().expires();
    }
}
