// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that hold at some times of day only, and sessions that end with them (item 62). */
class TimesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Policy policy(String... times) {
        return Policies.of(
                        rule("r")
                                .user("alice")
                                .when(Aspect.TIMES, times)
                                .timeZone("Europe/Berlin")
                                .publish("a")
                                .expires(Duration.ofHours(12))
                                .jitter(0))
                .policy();
    }

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    /** When a session that begins then ends; empty if there is none. */
    private static Optional<Instant> end(Policy policy, Instant now) {
        return switch (policy.decide(Client.named("alice").facts(), now)) {
            case Decision.Allow(var grant, var _) -> Optional.of(grant.expires());
            case Decision.Deny(var reason, var _, var _) -> {
                assertThat(reason).isEqualTo(Reason.NO_RULE);
                yield Optional.empty();
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-01T07:59:59, ",
        "2026-06-01T08:00:00, 2026-06-01T18:00:00",
        "2026-06-01T12:34:56, 2026-06-01T18:00:00",
        "2026-06-01T17:59:59, 2026-06-01T18:00:00",
        "2026-06-01T18:00:00, ",
        "2026-06-05T09:00:00, 2026-06-05T18:00:00", // a Friday
        "2026-06-06T09:00:00, ", // a Saturday
    })
    void window_ofADay_holdsFromItsBeginningToItsEnd(String now, String end) {
        assertThat(end(policy("Mon-Fri 08:00-18:00"), berlin(now)))
                .isEqualTo(Optional.ofNullable(end).map(TimesTest::berlin));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-05T21:59:59, ",
        "2026-06-05T22:00:00, 2026-06-06T06:00:00", // from Friday into Saturday
        "2026-06-06T05:59:00, 2026-06-06T06:00:00",
        "2026-06-06T06:00:00, ",
        "2026-06-06T22:00:00, ", // Saturday's own night
        "2026-06-05T01:00:00, ", // Thursday's night
    })
    void window_overMidnight_belongsToTheDayOnWhichItBegins(String now, String end) {
        assertThat(end(policy("Fri 22:00-06:00"), berlin(now)))
                .isEqualTo(Optional.ofNullable(end).map(TimesTest::berlin));
    }

    @Test
    void window_overTheChangeToSummerTime_isAnHourShorter() {
        Instant now = berlin("2026-03-28T22:00:00");
        assertThat(end(policy("22:00-06:00"), now)).hasValue(now.plus(Duration.ofHours(7)));
    }

    @Test
    void window_overTheChangeToWinterTime_isAnHourLonger() {
        Instant now = berlin("2026-10-24T22:00:00");
        assertThat(end(policy("22:00-06:00"), now)).hasValue(now.plus(Duration.ofHours(9)));
    }

    @Test
    void window_thatBeginsInTheHourThatIsLeftOut_beginsAfterIt() {
        Policy policy = policy("02:30-04:00");
        Instant change = Instant.parse("2026-03-29T01:00:00Z"); // 02:00 becomes 03:00
        assertThat(end(policy, change)).isEmpty();
        assertThat(end(policy, change.plus(Duration.ofMinutes(30))))
                .hasValue(berlin("2026-03-29T04:00:00"));
    }

    @Test
    void windows_wholeDayAndSeveral_holdWhereOneOfThemDoes() {
        assertThat(end(policy("00:00-24:00"), berlin("2026-06-01T00:00:00")))
                .hasValue(berlin("2026-06-01T12:00:00"));
        Policy two = policy("08:00-10:00", "09:00-11:00");
        assertThat(end(two, berlin("2026-06-01T09:30:00"))).hasValue(berlin("2026-06-01T11:00:00"));
        assertThat(end(policy("Sat-Mon 08:00-10:00"), berlin("2026-06-07T09:00:00"))).isPresent();
        assertThat(end(policy("Tue,Thu 08:00-10:00"), berlin("2026-06-03T09:00:00"))).isEmpty();
    }

    @Test
    void session_atAnyTime_neverOutlivesTheTimeThatItsRuleHolds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(24 * 60);
            int to = (from + 1 + random.nextInt(24 * 60 - 1)) % (24 * 60);
            String text = "%02d:%02d-%02d:%02d".formatted(from / 60, from % 60, to / 60, to % 60);
            Instant now = Instant.ofEpochSecond(1_760_000_000L + random.nextInt(31_536_000));
            Policy policy = policy(text);
            end(policy, now)
                    .ifPresent(end -> {
                        Instant last = end.minusSeconds(1);
                        assertThat(end(policy, last)).as("%s, seed %d", text, seed).isPresent();
                        assertThat(end).isAfter(now);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8:00-18:00",
                "08:00",
                "08:00-08:00",
                "25:00-26:00",
                "Mo 08:00-18:00",
                "Mon-Tue-Wed 08:00-18:00",
                "24:00-08:00",
                "08:00-18:00 "
            })
    void times_ofAnotherForm_areRefusedAtLoad(String times) {
        assertThat(
                        Policies.of(rule("r").user("alice").when(Aspect.TIMES, times).publish("a"))
                                .problems())
                .singleElement()
                .asString()
                .startsWith("rules[0].when.times[0]: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlim", "+02:00", "europe/berlin"})
    void timeZone_thatIsUnknown_isRefusedAtLoad(String zone) {
        assertThat(
                        Policies.of(
                                        rule("r")
                                                .user("alice")
                                                .when(Aspect.TIMES, "08:00-18:00")
                                                .timeZone(zone)
                                                .publish("a"))
                                .problems())
                .containsExactly(
                        "rules[0].when.time-zone: \""
                                + zone
                                + "\" is not known (expected: an IANA zone like Europe/Berlin)");
    }

    @Test
    void timeZone_withoutTimes_isRefusedAtLoad() {
        assertThat(
                        Policies.of(rule("r").user("alice").timeZone("Europe/Berlin").publish("a"))
                                .problems())
                .containsExactly("rules[0].when.time-zone: is of no use (expected: with times)");
    }
}
