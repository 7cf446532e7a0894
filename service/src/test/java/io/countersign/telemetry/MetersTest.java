// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditEntryBuilder;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Shadow;
import io.countersign.kit.Wait;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final String MARKER = "marker-of-a-client";

    @Test
    void count_entries_areCountedByOutcomeReasonAndSource() {
        try (Meters meters = new Meters()) {
            meters.count(decision("allow", "", "users"));
            meters.count(decision("allow", "", "users"));
            meters.count(decision("deny", "bad-credential", "users"));
            meters.count(decision("drop", "overloaded", ""));
            meters.count(entry(Kind.VERDICT).reason("accepted").build());
            meters.count(entry(Kind.ACT).reason("revoke").build());

            assertThat(meters.scrape())
                    .contains(
                            "countersign_decisions_total{decision=\"allow\",reason=\"\",source=\"users\"} 2.0")
                    .contains(
                            "countersign_decisions_total{decision=\"deny\",reason=\"bad-credential\",source=\"users\"} 1.0")
                    .contains(
                            "countersign_decisions_total{decision=\"drop\",reason=\"overloaded\",source=\"\"} 1.0")
                    .contains("countersign_verdicts_total{verdict=\"accepted\"} 1.0")
                    .contains("countersign_entries_total{kind=\"decision\"} 4.0")
                    .contains("countersign_entries_total{kind=\"act\"} 1.0");
        }
    }

    @Test
    void count_decision_showsItsStagesAndTheirSum() {
        try (Meters meters = new Meters()) {
            meters.count(
                    entry(Kind.DECISION)
                            .decision("allow")
                            .took(Map.of("open", 200L, "sign", 300L))
                            .build());

            assertThat(meters.scrape())
                    .contains("countersign_stage_seconds_sum{stage=\"open\"} 2.0E-4")
                    .contains("countersign_stage_seconds_count{stage=\"sign\"} 1")
                    .contains("countersign_decision_seconds_bucket{le=\"5.0E-4\"} 1")
                    .contains("countersign_decision_seconds_bucket{le=\"2.5E-4\"} 0");
        }
    }

    @Test
    void count_loginThatTheShadowSeesOtherwise_isCountedByEffect() {
        try (Meters meters = new Meters()) {
            Shadow gains = new Shadow(Shadow.GAINS, "", MARKER, "APP", "");
            for (int i = 0; i < 3; i++) {
                meters.count(entry(Kind.DECISION).decision("deny").shadow(gains).build());
            }
            meters.count(decision("allow", "", "users"));

            assertThat(meters.scrape())
                    .contains("countersign_shadow_differences_total{effect=\"gains\"} 3.0")
                    .doesNotContain(MARKER);
        }
    }

    /** A client must not be able to make series, or to write into what operators read. */
    @Test
    void count_whateverClientsSend_makesNoSeries() {
        try (Meters meters = new Meters()) {
            for (int i = 0; i < 5_000; i++) {
                meters.count(
                        entry(Kind.DECISION)
                                .decision("deny")
                                .reason("no-rule")
                                .source("users")
                                .principal("users:" + MARKER + i)
                                .client(new Client(MARKER, i, MARKER, MARKER, MARKER, "", "", ""))
                                .detail(MARKER)
                                .build());
            }
            assertThat(meters.scrape()).doesNotContain(MARKER);
            assertThat(
                            meters.scrape()
                                    .lines()
                                    .filter(l -> l.startsWith("countersign_decisions_total{")))
                    .hasSize(1);
        }
    }

    @Test
    void count_moreSourcesThanThereCanBe_endUpInOne() {
        try (Meters meters = new Meters()) {
            for (int i = 0; i < 2_000; i++) {
                meters.count(decision("allow", "", "s" + i));
            }
            assertThat(
                            meters.scrape()
                                    .lines()
                                    .filter(l -> l.startsWith("countersign_decisions_total{")))
                    .hasSizeLessThan(502);
            assertThat(meters.scrape()).contains("source=\"other\"} 1500.0");
        }
    }

    private static AuditEntry decision(String decision, String reason, String source) {
        return entry(Kind.DECISION).decision(decision).reason(reason).source(source).build();
    }

    private static AuditEntryBuilder entry(Kind kind) {
        return AuditEntry.of(
                kind,
                UUID.fromString("01a20950-e575-7000-9ff5-9b4aa07df4f8"),
                Instant.parse("2026-03-01T12:00:00Z"),
                "a");
    }

    /** They froze at the first collection, and alerts on them never came. */
    @Test
    void counter_afterACollection_goesOn() {
        AtomicLong kept = new AtomicLong();
        WeakReference<Object> sign = new WeakReference<>(new Object());
        try (Meters meters = new Meters()) {
            meters.counter("countersign.sample", "for a test", kept::get);
            Wait.until(
                    "a collection",
                    Duration.ofSeconds(30),
                    () -> {
                        System.gc();
                        return sign.get() == null;
                    });
            kept.set(7);

            assertThat(meters.scrape()).contains("countersign_sample_total 7.0");
        }
    }
}
