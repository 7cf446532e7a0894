// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.kit.RecordingTrail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RefusalCoalescerTest {
    private final RecordingTrail trail = new RecordingTrail();
    private final AtomicLong nanos = new AtomicLong();
    private final RefusalCoalescer coalescer =
            new RefusalCoalescer(
                    trail, new CoalescerSettings(5, 20, 50, Duration.ofMillis(500)), nanos::get);

    @Test
    void submit_fewRefusals_areEachLogged() throws Exception {
        for (int i = 0; i < 5; i++) {
            coalescer.append(deny("10.0.0.7"));
        }
        assertThat(trail.entries()).hasSize(5).allMatch(entry -> entry.counted().isEmpty());
    }

    @Test
    void submit_floodFromOneAddress_isCountedWithFirstLastAndSample() throws Exception {
        for (int i = 0; i < 1005; i++) {
            coalescer.append(deny("10.0.0.7").toBuilder().time(Entries.NOW.plusMillis(i)).build());
        }
        coalescer.flush();
        assertThat(trail.entries()).hasSize(6);
        AuditEntry counted = trail.last();
        assertThat(counted.counted())
                .contains(
                        new Counted(1000, Entries.NOW.plusMillis(5), Entries.NOW.plusMillis(1004)));
        assertThat(counted.reason()).isEqualTo("bad-credential");
        assertThat(counted.client().orElseThrow().address()).isEqualTo("10.0.0.7");
        coalescer.flush();
        assertThat(trail.entries()).hasSize(6);
    }

    @Test
    void submit_allowsAndActs_areNeverCounted() throws Exception {
        for (int i = 0; i < 500; i++) {
            coalescer.append(Entries.allow(Entries.nextId(), "ldap:ann"));
            coalescer.append(Entries.act());
        }
        assertThat(trail.entries()).hasSize(1000);
    }

    @Test
    void submit_floodFromManyAddresses_isCountedByReason() throws Exception {
        for (int i = 0; i < 1000; i++) {
            coalescer.append(deny("10.0." + i / 250 + "." + i % 250));
        }
        coalescer.flush();
        assertThat(trail.entries()).hasSizeLessThan(30);
        assertThat(total()).isEqualTo(1000);
    }

    @Test
    void submit_addressesOfOneIpv6Network_areOneKey() throws Exception {
        for (int i = 0; i < 100; i++) {
            coalescer.append(deny("2001:db8::" + Integer.toHexString(i)));
        }
        coalescer.flush();
        assertThat(trail.entries()).hasSize(6);
    }

    @Test
    void submit_dropsWithoutAnyAddress_areCountedToo() throws Exception {
        for (int i = 0; i < 100; i++) {
            coalescer.append(Entries.drop());
        }
        coalescer.flush();
        assertThat(trail.entries()).hasSize(6);
        assertThat(total()).isEqualTo(100);
    }

    /** Or else a count of refusals would claim that the shadow would let all of them in. */
    @Test
    void submit_floodThatTheShadowSeesInTwoWays_isCountedInTwo() throws Exception {
        AuditEntry plain = deny("10.0.0.7");
        AuditEntry seen =
                plain.toBuilder().shadow(new Shadow(Shadow.GAINS, "", "next", "APP", "")).build();
        for (int i = 0; i < 200; i++) {
            coalescer.append(i % 4 == 0 ? seen : plain);
        }
        coalescer.flush();

        assertThat(
                        trail.entries().stream()
                                .filter(it -> it.shadow().isPresent())
                                .mapToLong(RefusalCoalescerTest::count)
                                .sum())
                .isEqualTo(50);
        assertThat(trail.entries().stream().mapToLong(RefusalCoalescerTest::count).sum())
                .isEqualTo(200);
    }

    private static long count(AuditEntry entry) {
        return entry.counted().map(Counted::count).orElse(1L);
    }

    @Test
    void submit_anotherReason_hasItsOwnRate() throws Exception {
        for (int i = 0; i < 10; i++) {
            coalescer.append(deny("10.0.0.7"));
            coalescer.append(deny("10.0.0.7").toBuilder().reason("no-rule").build());
        }
        assertThat(trail.entries()).hasSize(10);
    }

    @Test
    void submit_afterAQuietSecond_logsSinglyAgain() throws Exception {
        for (int i = 0; i < 10; i++) {
            coalescer.append(deny("10.0.0.7"));
        }
        coalescer.flush();
        nanos.addAndGet(1_000_000_000L);
        coalescer.flush();
        coalescer.append(deny("10.0.0.7"));
        assertThat(trail.last().counted()).isEmpty();
    }

    @Test
    void flush_trailDown_keepsCountingAndLosesNothing() throws Exception {
        for (int i = 0; i < 100; i++) {
            coalescer.append(deny("10.0.0.7"));
        }
        trail.breakDown();
        coalescer.flush();
        for (int i = 0; i < 100; i++) {
            coalescer.append(deny("10.0.0.7"));
        }
        trail.repair();
        coalescer.flush();
        assertThat(total()).isEqualTo(200);
    }

    @Test
    void inFrontOf_flood_reachesTheTrailByItself() throws Exception {
        try (RefusalCoalescer running =
                RefusalCoalescer.inFrontOf(
                        trail, new CoalescerSettings(1, 20, 50, Duration.ofMillis(20)))) {
            for (int i = 0; i < 50; i++) {
                running.append(deny("10.0.0.7"));
            }
            await().until(() -> total() == 50);
        }
    }

    private long total() {
        return trail.entries().stream()
                .mapToLong(entry -> entry.counted().map(Counted::count).orElse(1L))
                .sum();
    }

    private static AuditEntry deny(String address) {
        return Entries.deny(Entries.nextId(), address);
    }

    /** It is a trail like any other. */
    @Nested
    class AsATrail extends AuditTrailContract {
        @Override
        protected AuditTrail trail() {
            return coalescer;
        }

        @Override
        protected void breakDown() {
            trail.breakDown();
        }

        @Override
        protected void repair() {
            trail.repair();
        }

        @Override
        protected List<AuditEntry> taken() {
            return trail.entries();
        }
    }
}
