// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.cluster.throttle.LockoutBook;
import io.countersign.cluster.throttle.ThrottleRule;
import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.Lockouts;
import io.countersign.cluster.throttle.ThrottleRule.Part;
import io.countersign.cluster.throttle.ThrottleRule.Prefixes;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import io.countersign.cluster.throttle.ThrottleRule.Spare;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.SipHash;
import io.countersign.identity.Authentication;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Rejection;
import io.countersign.policy.Reason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is tried too often is refused before an authenticator is asked, and the entry says why. */
class ThrottledTest {
    private final CalloutFixture path = new CalloutFixture();

    private void rule(
            Part part, Optional<RateLimit> rate, Optional<FailureLimit> failures, boolean observe) {
        ThrottleRule rule =
                new ThrottleRule(
                        "mine",
                        EnumSet.of(part),
                        rate,
                        failures,
                        List.of(),
                        List.of(),
                        Prefixes.DEFAULT,
                        Spare.NOBODY,
                        observe);
        path.throttles =
                new Throttles(
                        List.of(rule),
                        LockoutBook.inMemory(path.clock),
                        null,
                        SipHash.of(new byte[SipHash.KEY]),
                        path.clock);
    }

    private void afterThreeFailures(boolean observe) {
        FailureLimit limit =
                new FailureLimit(
                        3,
                        0,
                        Duration.ofHours(1),
                        new Lockouts(Duration.ofMinutes(1), 2, Duration.ofHours(1)),
                        false);
        rule(Part.USER, Optional.empty(), Optional.of(limit), observe);
    }

    private void twoAtOnce(Part part) {
        rule(part, Optional.of(RateLimit.of(1, Duration.ofSeconds(1), 2)), Optional.empty(), false);
    }

    private static Optional<Reason> reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Allowed _ -> Optional.empty();
            case Outcome.Refused(var _, var reason) -> Optional.of(reason);
            case Outcome.Dropped(var reason) -> Optional.of(reason);
        };
    }

    private Optional<Reason> login(Callout callout, String password) {
        return reason(callout.answer(path.sealed(path.client("alice", password))));
    }

    @Test
    void answer_tooManyFailures_isLockedOutUnasked() {
        afterThreeFailures(false);
        Callout callout = path.callout();
        for (int i = 0; i < 3; i++) {
            assertThat(login(callout, "wrong")).contains(Reason.BAD_CREDENTIAL);
        }
        int asked = path.asked.get();
        Outcome outcome = callout.answer(path.sealed(path.client("alice", "secret")));

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(reason(outcome)).contains(Reason.LOCKED_OUT);
        assertThat(path.asked).hasValue(asked);
        AuditEntry entry = path.trail.entries().getLast();
        assertThat(entry.reason()).isEqualTo("locked-out");
        assertThat(entry.detail()).isEqualTo("throttle mine, until 2026-01-01T00:01:00Z");
        assertThat(entry.principal()).isEmpty();
        assertThat(entry.took()).containsKey("throttle").doesNotContainKey("authenticate");
        assertThat(path.sessions.all()).isEmpty();
    }

    @Test
    void answer_ourOwnOutagesAndMisplacedClients_areNotCounted() {
        afterThreeFailures(false);
        Callout callout = path.callout();
        List<Authentication> notGuesses =
                List.of(
                        new Authentication.Unavailable("ldap", "down"),
                        new Authentication.Rejected(
                                Rejection.ADDRESS_NOT_ALLOWED, CredentialRef.NONE, ""),
                        new Authentication.Rejected(
                                Rejection.CONNECTION_TYPE_NOT_ALLOWED, CredentialRef.NONE, ""));
        for (int i = 0; i < 9; i++) {
            Authentication answer = notGuesses.get(i % 3);
            path.door = () -> answer;
            assertThat(login(callout, "secret")).isPresent();
        }
        path.door = () -> null;
        assertThat(login(callout, "secret")).isEmpty();
    }

    @Test
    void answer_unknownAndExpired_areCounted() {
        afterThreeFailures(false);
        Callout callout = path.callout();
        path.door = Authentication.NotMine::new;
        login(callout, "x");
        path.door =
                () ->
                        new Authentication.Rejected(
                                Rejection.EXPIRED_CREDENTIAL, CredentialRef.NONE, "");
        login(callout, "x");
        login(callout, "x");
        assertThat(login(callout, "x")).contains(Reason.LOCKED_OUT);
    }

    @Test
    void answer_observedRule_letsInAndMarksTheEntry() {
        afterThreeFailures(true);
        Callout callout = path.callout();
        for (int i = 0; i < 5; i++) {
            assertThat(login(callout, "wrong")).contains(Reason.BAD_CREDENTIAL);
        }
        assertThat(login(callout, "secret")).isEmpty();
        assertThat(path.trail.entries().getLast().degraded()).containsExactly("observed:mine");
    }

    @Test
    void answer_tooFast_isSilentWhateverWhenUnableSays() {
        twoAtOnce(Part.ADDRESS);
        path.whenUnable = WhenUnable.DENY;
        Callout callout = path.callout();
        assertThat(login(callout, "secret")).isEmpty();
        assertThat(login(callout, "secret")).isEmpty();
        Outcome outcome = callout.answer(path.sealed(path.client("alice", "secret")));
        assertThat(outcome).isEqualTo(new Outcome.Dropped(Reason.RATE_LIMITED));
        AuditEntry entry = path.trail.entries().getLast();
        assertThat(entry.detail()).isEqualTo("throttle mine");
        assertThat(entry.decision()).isEqualTo("drop");
    }

    @Test
    void answer_accountTooFast_isSilentAfterThePolicy() {
        twoAtOnce(Part.ACCOUNT);
        Callout callout = path.callout();
        assertThat(login(callout, "secret")).isEmpty();
        assertThat(login(callout, "secret")).isEmpty();
        assertThat(login(callout, "secret")).contains(Reason.RATE_LIMITED);
        assertThat(path.trail.entries().getLast().principal()).isEqualTo("users:alice");
        assertThat(path.sessions.all()).hasSize(2);
    }
}
