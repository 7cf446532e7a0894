// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.kit.RecordingTrail;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Trails that promise less than "on disk", by choice of the operator. */
class DurabilityTest {
    private final RecordingTrail trail = new RecordingTrail();
    private final Clock clock = Clock.fixed(Entries.NOW, ZoneOffset.UTC);
    private final AuditDrafts drafts =
            new AuditDrafts("n1", new EntryIds(clock, new Random(1)), clock, () -> 0, text -> text);

    @Test
    void async_trailDown_answersAndCountsWhatIsLost() throws Exception {
        AsyncTrail async = new AsyncTrail(trail, drafts);
        async.append(entry(0));
        trail.breakDown();
        async.append(entry(1));
        async.append(entry(2));
        assertThat(async.lost()).isEqualTo(2);
        trail.repair();
        async.append(entry(3));
        assertThat(trail.entries()).hasSize(3);
        assertThat(trail.last().kind()).isEqualTo(Kind.ACT);
        assertThat(trail.last().reason()).isEqualTo(AsyncTrail.LOST);
        assertThat(trail.last().counted())
                .contains(new Counted(2, Entries.NOW.plusMillis(1), Entries.NOW.plusMillis(2)));
        async.append(entry(4));
        assertThat(trail.entries()).hasSize(4);
    }

    @Test
    void spool_trailDown_keepsEntriesInOrderAndMarksThem() throws Exception {
        try (SpoolingTrail spooling = new SpoolingTrail(trail, 100)) {
            spooling.append(entry(0));
            trail.breakDown();
            for (int i = 1; i < 5; i++) {
                spooling.append(entry(i));
            }
            spooling.drain();
            assertThat(spooling.waiting()).isEqualTo(4);
            trail.repair();
            spooling.append(entry(5)); // behind the others, although the trail would take it
            spooling.drain();
            assertThat(spooling.waiting()).isZero();
            assertThat(trail.entries()).extracting(AuditEntry::time).isSorted().hasSize(6);
            assertThat(trail.last().degraded()).contains(SpoolingTrail.SPOOLED);
            spooling.append(entry(6));
            assertThat(trail.last().degraded()).doesNotContain(SpoolingTrail.SPOOLED);
        }
    }

    @Test
    void spool_full_failsInsteadOfGrowing() throws Exception {
        try (SpoolingTrail spooling = new SpoolingTrail(trail, 2)) {
            trail.breakDown();
            spooling.append(entry(0));
            spooling.append(entry(1));
            assertThatThrownBy(() -> spooling.append(entry(2)))
                    .isInstanceOf(AuditUnavailable.class)
                    .hasMessageContaining("full");
            trail.repair();
        }
        assertThat(trail.entries()).hasSize(2);
    }

    @Test
    void spool_trailRepaired_emptiesByItself() throws Exception {
        try (SpoolingTrail spooling = SpoolingTrail.inFrontOf(trail, 1000)) {
            trail.breakDown();
            for (int i = 0; i < 600; i++) {
                spooling.append(entry(i));
            }
            trail.repair();
            await().until(() -> spooling.waiting() == 0);
            assertThat(trail.entries()).hasSize(600);
        }
    }

    private static AuditEntry entry(int millis) {
        return Entries.allow(Entries.nextId(), "ldap:ann").toBuilder()
                .time(Entries.NOW.plusMillis(millis))
                .build();
    }
}
