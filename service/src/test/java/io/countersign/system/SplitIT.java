// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.kit.Namespaces;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that falls apart, and an instance that stands still: revocations hold on each side, and
 * everywhere soon after. Needs network namespaces, which CI has.
 */
class SplitIT {
    private static final Logger log = LoggerFactory.getLogger(SplitIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the documentation promises from the end of a cut until all enforce everything. */
    private static final Duration PROMISED = Duration.ofSeconds(15);

    /** How long the network is cut, unless {@code ops/soak} says otherwise. */
    private static final int SECONDS = 8;

    private static SplitSystem system;

    @BeforeAll
    static void start() throws Exception {
        Optional<String> missing = Namespaces.missing();
        assumeTrue(
                missing.isEmpty(),
                () -> "network split: NOT TRIED, no namespaces here: " + missing.orElse(""));
        system =
                SplitSystem.start(
                        3, List.of("before", "lifted", "left", "right", "after", "asleep", "ok"));
    }

    @AfterAll
    static void close() {
        if (system != null) {
            system.close();
        }
    }

    private static boolean everywhere(java.util.function.IntPredicate holds) {
        return IntStream.range(0, 3).allMatch(holds);
    }

    @Test
    void cut_eachSideEnforcesItsOwnAtOnce_andAllEverythingSoonAfterHealing() throws Exception {
        int seconds = Soak.size(SECONDS);
        Wait.until("all three know each other", PATIENCE, () -> confirmed("before") == 3);
        String lifted = system.revoke(0, "lifted", 20_000).path("id").asText();
        assertThat(everywhere(i -> system.isRefused(i, "before"))).isTrue();
        assertThat(everywhere(i -> system.isRefused(i, "lifted"))).isTrue();

        long cut = System.nanoTime();
        system.net().cut(0);
        JsonNode left = system.revoke(0, "left", 200);
        JsonNode right = system.revoke(1, "right", 200);
        system.act(2, "unrevoke", Map.of("id", lifted, "wait", 200));
        assertThat(left.path("confirmed").size()).isEqualTo(1);
        assertThat(left.path("instances").asInt()).isEqualTo(3);
        assertThat(right.path("confirmed").size()).isEqualTo(2);
        assertThat(system.isRefused(0, "left")).isTrue();
        assertThat(system.isRefused(1, "right") && system.isRefused(2, "right")).isTrue();
        assertThat(system.isAdmitted(1, "lifted") && system.isAdmitted(2, "lifted")).isTrue();
        // It is a real cut: neither side knows of the other's.
        assertThat(system.isAdmitted(0, "right") && system.isAdmitted(1, "left")).isTrue();
        assertThat(system.isRefused(0, "lifted")).isTrue();
        Wait.until(
                "the cut is long enough",
                PATIENCE.plusSeconds(seconds),
                () -> System.nanoTime() - cut >= Duration.ofSeconds(seconds).toNanos());

        system.net().heal(0);
        long healed = System.nanoTime();
        Wait.until("all enforce everything", PATIENCE, SplitIT::isWhole);
        Duration took = Duration.ofNanos(System.nanoTime() - healed);
        log.warn("a cut of {} s: all enforce everything {} ms after it", seconds, took.toMillis());
        try (Soak soak = Soak.of("seconds of a cut")) {
            soak.sample(seconds);
            soak.note("all enforce everything " + took.toMillis() + " ms after the cut");
        }
        Chaos.measured(
                "split",
                "cut for %d s, all enforce everything %,d ms after it",
                seconds,
                took.toMillis());
        assertThat(took).isLessThanOrEqualTo(PROMISED);

        Wait.until("all three know each other again", PATIENCE, () -> confirmed("after") == 3);
        assertThat(isWhole()).as("nothing is undone by the merge").isTrue();
        assertThat(everywhere(i -> system.isRefused(i, "before"))).isTrue();
    }

    private static boolean isWhole() {
        return everywhere(i -> system.isRefused(i, "left"))
                && everywhere(i -> system.isRefused(i, "right"))
                && everywhere(i -> system.isAdmitted(i, "lifted"));
    }

    private static int confirmed(String user) {
        try {
            return system.revoke(0, user, 1000).path("confirmed").size();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void freeze_thenWake_comparesBeforeItLetsAnybodyIn() throws Exception {
        Wait.until("all answer", PATIENCE, () -> everywhere(i -> system.isAdmitted(i, "ok")));
        system.instance(2).sigstop();
        long began = System.nanoTime();
        JsonNode revoked = system.revoke(0, "asleep", 200);
        assertThat(revoked.path("confirmed").toString()).doesNotContain("i2");
        Wait.until(
                "it was still for long enough",
                PATIENCE,
                () -> System.nanoTime() - began >= Duration.ofSeconds(4).toNanos());
        system.instance(2).sigcont();
        for (int i = 0; i < 10; i++) {
            assertThat(system.isAdmitted(2, "asleep")).isFalse();
        }
        long woken = System.nanoTime();
        Wait.until("it lets others in", PATIENCE, () -> system.isAdmitted(2, "ok"));
        Chaos.measured(
                "wake",
                "10 logins of a revoked one refused; others were in %,d ms later",
                Chaos.since(woken).toMillis());
        assertThat(system.instance(2).logged("stood still for \\d+ ms")).isPresent();
        assertThat(system.instance(2).logged("revocations are compared, \\d+ ms after"))
                .isPresent();
    }
}
