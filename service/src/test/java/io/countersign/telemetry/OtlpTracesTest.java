// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Collector;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Wait;
import io.countersign.trace.Note;
import io.countersign.trace.Span;
import io.countersign.trace.Trace;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of spans on their way, with a collector that takes them, and one that does not. */
class OtlpTracesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than may wait, and than fits into the batches that go meanwhile. */
    private static final int STORM = 20_000;

    private final Collector collector = Collector.start();
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        collector.close();
        meters.close();
    }

    private OtlpTraces traces(int oneIn) {
        return traces(oneIn, collector.url());
    }

    private OtlpTraces traces(int oneIn, String url) {
        OtlpTraces traces =
                OtlpTraces.start(
                        new OtlpTraces.Settings(
                                URI.create(url), oneIn, Optional.empty(), () -> "t0k"),
                        new OtlpTraces.Origin("c", "a", "0"));
        traces.showIn(meters);
        return traces;
    }

    private double count(String what) {
        return meters.registry().get("countersign.spans." + what).functionCounter().count();
    }

    @Test
    void end_ofAnInstance_sendsWhatWaits_withTheToken() {
        try (OtlpTraces traces = traces(1)) {
            Trace trace = traces.begin(Instant.now());
            trace.stage("open");
            trace.note(Note.DECISION, "allow");
            trace.end();
        }
        assertThat(collector.spans())
                .extracting(Collector.Told::name)
                .containsExactlyInAnyOrder("open", "decision");
        assertThat(collector.authorizations()).containsExactly("Bearer t0k");
        assertThat(collector.spans().getFirst().notes())
                .containsEntry("service.name", "countersign")
                .containsEntry("service.namespace", "c")
                .containsEntry("service.instance.id", "a");
    }

    /** Long values are cut, and a span has a bounded number of them whoever notes what. */
    @Test
    void note_ofAnyLength_isBounded() {
        try (OtlpTraces traces = traces(1)) {
            Trace trace = traces.begin(Instant.now());
            trace.note(Note.RULE, "r".repeat(10_000));
            trace.end();
        }
        assertThat(collector.spans().getFirst().notes().get("countersign.rule")).hasSize(128);
    }

    @Test
    void begin_oneInMany_recordsAboutThatShare() {
        int recorded = 0;
        try (OtlpTraces traces = traces(10)) {
            for (int i = 0; i < 10_000; i++) {
                Trace trace = traces.begin(Instant.EPOCH);
                recorded += trace.isRecorded() ? 1 : 0;
            }
        }
        // 1,000 ± 10 standard deviations
        assertThat(recorded).isBetween(700, 1300);
    }

    /** A login must not notice: nothing waits, nothing grows, and what is lost is counted. */
    @Test
    void storm_withACollectorThatHangs_dropsWhatDoesNotFit() {
        try (HttpStub deaf = HttpStub.start(asked -> HttpStub.Answer.json(200, "")).hang();
                OtlpTraces traces = traces(1, deaf.url())) {
            for (int i = 0; i < STORM; i++) {
                traces.begin(Instant.EPOCH).end();
            }
            assertThat(count("recorded")).isEqualTo(STORM);
        }
        assertThat(count("delivered") + count("refused")).isLessThan(STORM);
    }

    @Test
    void collector_thatRefuses_isCounted_andUsedAgain() {
        collector.answers(400);
        try (OtlpTraces traces = traces(1)) {
            traces.begin(Instant.EPOCH).end();
            Wait.until("a batch was refused", PATIENCE, () -> count("refused") > 0);
            assertThat(count("delivered")).isZero();

            collector.answers(200);
            Wait.until(
                    "spans arrive again",
                    PATIENCE,
                    () -> {
                        traces.begin(Instant.EPOCH).end();
                        return count("delivered") > 0;
                    });
        }
    }

    @Test
    void failed_ofACall_isAWordInItsSpan() {
        try (OtlpTraces traces = traces(1)) {
            Trace trace = traces.begin(Instant.now());
            trace.stage("authenticate");
            Span call = trace.stage().call("POST");
            assertThat(call.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
            call.failed("NotDelivered");
            call.end();
            trace.end();
        }
        String trace = collector.spans().getFirst().trace();
        assertThat(collector.span(trace, "POST").orElseThrow().notes())
                .containsEntry("error.type", "NotDelivered");
    }
}
