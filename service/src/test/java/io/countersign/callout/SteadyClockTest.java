// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.XKeyBox;
import io.countersign.kit.Requests;
import io.countersign.policy.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that jumps: which time is believed, and that questions are answered by it. */
class SteadyClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Hands machine = new Hands(NOON);
    private final SteadyClock clock = new SteadyClock(machine, machine::nanos);

    @Test
    void instant_ofAClockThatIsCorrectedALittle_followsIt() {
        for (int i = 0; i < 100; i++) {
            machine.pass(Duration.ofSeconds(10));
            machine.set(machine.instant().minusMillis(1900));
            assertThat(clock.instant()).isEqualTo(machine.instant());
        }
        assertThat(clock.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {3600, -3600, 3, -3})
    void instant_afterAJump_goesOnFromTheTimeBefore(long seconds) {
        machine.set(NOON.plusSeconds(seconds));
        machine.pass(Duration.ofSeconds(5));

        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(5));
        assertThat(clock.problem().orElseThrow())
                .contains("jumped by %+d s".formatted(seconds), "2026-01-01T12:00:05Z");
    }

    @Test
    void instant_afterAJumpOfWhichNoServerSaysAnything_isTheMachinesInTheEnd() {
        machine.set(NOON.plusSeconds(3600));
        clock.instant();
        machine.pass(SteadyClock.UNHEARD.plusSeconds(1));

        assertThat(clock.instant()).isEqualTo(machine.instant());
        assertThat(clock.problem()).isEmpty();
    }

    @Test
    void instant_afterAJumpThatAServerContradicts_staysTheTimeBefore() {
        machine.set(NOON.minusSeconds(3600));
        clock.instant();
        clock.heard(NOON);
        machine.pass(Duration.ofHours(2));

        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(2)));
        assertThat(clock.problem().orElseThrow()).contains("which servers agree with");
    }

    @Test
    void instant_afterAJumpThatAServerConfirms_isTheMachines() {
        machine.set(NOON.plusSeconds(3600));
        clock.instant();
        clock.heard(NOON.plusSeconds(3598));

        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3600));
        assertThat(clock.problem()).isEmpty();
    }

    /** One server in a hundred may have jumped with us, being on the same machine. */
    @Test
    void instant_whileServersContradictTheJump_oneThatConfirmsItIsNotHeard() {
        machine.set(NOON.plusSeconds(3600));
        clock.instant();
        clock.heard(NOON);
        clock.heard(NOON.plusSeconds(3600));

        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void problem_onceTheClockIsSetRight_isNone() {
        machine.set(NOON.plusSeconds(3600));
        clock.instant();
        clock.heard(NOON);
        machine.pass(Duration.ofMinutes(1));
        machine.set(NOON.plusSeconds(61));

        assertThat(clock.problem()).isEmpty();
        assertThat(clock.instant()).isEqualTo(machine.instant());
    }

    @Test
    void instant_afterASecondJump_isStillTheTimeBeforeTheFirst() {
        machine.set(NOON.plusSeconds(3600));
        clock.instant();
        machine.set(NOON.minusSeconds(600));

        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(clock.problem().orElseThrow()).contains("jumped by -600 s");
    }

    @Test
    void of_anyOtherClock_followsItWhereverItGoes() {
        SteadyClock following = SteadyClock.of(machine);
        machine.set(NOON.minusSeconds(86_400));

        assertThat(following.instant()).isEqualTo(machine.instant());
        assertThat(SteadyClock.of(clock)).isSameAs(clock);
    }

    /** The machine started with a wrong clock, which somebody then sets right. */
    @ParameterizedTest
    @ValueSource(longs = {3600, -3600})
    void question_afterTheClockWasSetRight_isAnsweredAndTheClockBelieved(long wrong) {
        CalloutFixture path = new CalloutFixture();
        Hands set = new Hands(Requests.NOW.plusSeconds(wrong));
        SteadyClock own = new SteadyClock(set, set::nanos);
        path.time = own;
        Callout callout = path.callout();
        set.set(Requests.NOW);

        assertThat(callout.answer(question(path, own))).isInstanceOf(Outcome.Allowed.class);
        assertThat(own.instant()).isEqualTo(Requests.NOW);
        assertThat(own.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {3600, -3600})
    void question_afterTheClockWasSetWrong_isAnsweredByTheTimeBefore(long wrong) {
        CalloutFixture path = new CalloutFixture();
        Hands set = new Hands(Requests.NOW);
        SteadyClock own = new SteadyClock(set, set::nanos);
        path.time = own;
        Callout callout = path.callout();
        set.set(Requests.NOW.plusSeconds(wrong));

        assertThat(callout.answer(question(path, own))).isInstanceOf(Outcome.Allowed.class);
        assertThat(path.trail.last().expires().orElseThrow())
                .isBetween(Requests.NOW, Requests.NOW.plusSeconds(86_400));
        assertThat(own.problem()).isPresent();
    }

    /** A server that says neither of the two times is as stale as ever. */
    @Test
    void question_ofAnotherDay_isStaleAlsoAfterAJump() {
        CalloutFixture path = new CalloutFixture();
        Hands set = new Hands(Requests.NOW.plusSeconds(86_400));
        SteadyClock own = new SteadyClock(set, set::nanos);
        path.time = own;
        Callout callout = path.callout();
        set.set(Requests.NOW.plusSeconds(2 * 86_400));

        assertThat(callout.answer(question(path, own)))
                .isEqualTo(new Outcome.Dropped(Reason.STALE_REQUEST));
    }

    private static Inbound question(CalloutFixture path, Clock clock) {
        Requests alice = path.client("alice", "secret");
        XKeyBox ours = path.newer;
        Requests.Sealed box = alice.sealed(ours.key());
        return new Inbound(
                box.payload(),
                List.of(box.serverXKey().text()),
                true,
                clock.instant(),
                System.nanoTime());
    }
}
