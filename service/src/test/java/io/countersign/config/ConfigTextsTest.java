// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small texts of configuration files and of the problems in them. */
class ConfigTextsTest {
    private static final Duration YEAR = Duration.ofDays(365);

    @ParameterizedTest
    @CsvSource({
        "1500ms, PT1.5S",
        "0s, PT0S",
        "2s, PT2S",
        "15m, PT15M",
        "12h, PT12H",
        "30d, PT720H"
    })
    void duration_everyUnit_isReadAndWritten(String text, Duration expected) {
        assertThat(DurationText.parse(text, Duration.ZERO, YEAR)).isEqualTo(expected);
        assertThat(DurationText.format(expected)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "-1s", "1.5s", "1h30m", "1 s", "1S", "PT1S", "9999999999s"})
    void duration_ofAnotherForm_isRefused(String text) {
        assertThatThrownBy(() -> DurationText.parse(text, Duration.ZERO, YEAR))
                .hasMessage("(expected: a duration like 1500ms, 2s, 15m, 12h or 30d)");
    }

    @Test
    void duration_outOfBounds_namesThem() {
        assertThatThrownBy(() ->
                        DurationText.parse(
                                "999999999d", Duration.ofMillis(100), Duration.ofDays(1)))
                .hasMessage("(expected: 100ms to 1d)");
    }

    @ParameterizedTest
    @CsvSource({"0B, 0", "512B, 512", "64KiB, 65536", "256MiB, 268435456", "2GiB, 2147483648"})
    void size_everyUnit_isReadAndWritten(String text, long expected) {
        assertThat(SizeText.parse(text, 0, Long.MAX_VALUE)).isEqualTo(expected);
        assertThat(SizeText.format(expected)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "1KB", "1 MiB", "-1B", "1.5GiB"})
    void size_ofAnotherForm_isRefused(String text) {
        assertThatThrownBy(() -> SizeText.parse(text, 0, Long.MAX_VALUE))
                .hasMessage("(expected: a size like 512B, 64KiB, 256MiB or 2GiB)");
    }

    @Test
    void size_outOfBounds_namesThem() {
        assertThatThrownBy(() -> SizeText.parse("2GiB", 1024, 1 << 20))
                .hasMessage("(expected: 1KiB to 1MiB)");
    }

    @ParameterizedTest
    @CsvSource({
        "user-tll, user-ttl",
        "userTtl, user-ttl",
        "USER_TTL, user-ttl",
        "suer-ttl, user-ttl",
        "dir, directory",
        "directroy, directory",
        "quue, queue"
    })
    void nearestName_ofASlip_isWhatWasMeant(String written, String meant) {
        assertThat(NearestName.of(written, List.of("user-ttl", "directory", "queue")))
                .contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "x", "us"})
    void nearestName_ofSomethingElse_isNothing(String written) {
        assertThat(NearestName.of(written, List.of("user-ttl", "directory", "queue"))).isEmpty();
    }

    @Test
    void nearestName_ofAVeryLongName_isNotLookedFor() {
        assertThat(NearestName.of("a".repeat(100_000), List.of("a".repeat(99_999)))).isEmpty();
    }

    @Test
    void keyPath_withUnusualKeys_quotesThem() {
        assertThat(KeyPath.ROOT.key("accounts").key("a.b").key("id").index(2).key("$G"))
                .hasToString("accounts.\"a.b\".id[2].$G");
    }

    @Test
    void keyPath_withALongKey_isCut() {
        assertThat(KeyPath.ROOT.key("k".repeat(5000)).toString()).hasSizeLessThan(80);
    }

    @Test
    void problems_ofSeveralFiles_areInOrderAndCounted() {
        Problems problems = new Problems();
        problems.add(new Problem(Path.of("users.yaml"), 1, "a", "x"));
        problems.add(new Problem(Path.of("policy.yaml"), 10, "b", "x"));
        problems.add(new Problem(Path.of("policy.yaml"), 9, "c", "x"));
        problems.add(new Problem(Path.of("policy.yaml"), 9, "c", "x"));

        assertThat(problems)
                .hasToString(
                        """
                        policy.yaml:9: c: x
                        policy.yaml:10: b: x
                        users.yaml:1: a: x
                        3 problems. Nothing was loaded.\
                        """);
    }

    @Test
    void problems_atAPlace_touchItAndWhatContainsItOnly() {
        Path file = Path.of("x.yaml");
        Problems problems = new Problems();
        problems.add(new Problem(file, 1, "limits.queue", "x"));

        assertThat(problems.touch(file, KeyPath.ROOT.key("limits"))).isTrue();
        assertThat(problems.touch(file, KeyPath.ROOT.key("limits").key("queue"))).isTrue();
        assertThat(problems.touch(file, KeyPath.ROOT.key("limits").key("que"))).isFalse();
        assertThat(problems.touch(file, KeyPath.ROOT.key("audit"))).isFalse();
        assertThat(problems.touch(Path.of("y.yaml"), KeyPath.ROOT)).isFalse();
    }

    /** Environments are full of secrets that are none of our business. */
    @Test
    void surroundings_asText_showNoVariable() {
        assertThat(new Surroundings(Map.of("TOKEN", "hunter2"), Optional.of("a")).toString())
                .isEqualTo("Surroundings[1 variables, host a]");
    }
}
