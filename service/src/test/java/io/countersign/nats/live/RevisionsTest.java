// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When instances say that they disagree. */
class RevisionsTest {
    private final AtomicLong nanos = new AtomicLong(-7); // its origin means nothing
    private String own = "new";
    private final Revisions revisions =
            new Revisions("a", () -> own, Revisions.PATIENCE, nanos::get);

    @Test
    void look_aRollOutWithinAMinute_isNothing() {
        revisions.look(Map.of("b", "old", "c", "old"));
        pass(Duration.ofSeconds(59));
        revisions.look(Map.of("b", "new", "c", "old"));
        pass(Duration.ofSeconds(1));
        revisions.look(Map.of("b", "new", "c", "new"));
        assertThat(revisions.complaint()).isEmpty();

        pass(Duration.ofSeconds(59));
        revisions.look(Map.of("b", "newer", "c", "new"));
        assertThat(revisions.complaint()).as("its minute begins anew").isEmpty();
    }

    @Test
    void look_differencesForMoreThanAMinute_areNamedUntilTheyEnd() {
        revisions.look(Map.of("b", "old"));
        pass(Duration.ofSeconds(61));
        revisions.look(Map.of("b", "old", "c", "new"));
        assertThat(revisions.complaint()).contains("a has new, b has old, c has new");

        revisions.look(Map.of("b", "new", "c", "new"));
        assertThat(revisions.complaint()).isEmpty();
    }

    /** It is they who differ, but whoever asks this one should hear of it. */
    @Test
    void look_twoOthersDiffer_isAComplaintHereToo() {
        revisions.look(Map.of("b", "new", "c", "old"));
        pass(Duration.ofSeconds(61));
        revisions.look(Map.of("b", "new", "c", "old"));

        assertThat(revisions.complaint()).isPresent();
    }

    @Test
    void look_buildsThatDoNotTellAndNobodyElse_agree() {
        revisions.look(Map.of("b", ""));
        pass(Duration.ofHours(1));
        revisions.look(Map.of("b", ""));
        revisions.look(Map.of());

        assertThat(revisions.complaint()).isEmpty();
    }

    @Test
    void look_ownReload_endsIt() {
        revisions.look(Map.of("b", "newer"));
        pass(Duration.ofSeconds(61));
        revisions.look(Map.of("b", "newer"));
        assertThat(revisions.complaint()).isPresent();
        own = "newer";
        revisions.look(Map.of("b", "newer"));

        assertThat(revisions.complaint()).isEmpty();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
