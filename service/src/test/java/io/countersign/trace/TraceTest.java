// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final int DECISIONS = 10_000;

    /** All that a decision does with its trace when nobody records it. */
    private static void unrecorded() {
        Trace trace = Trace.NONE;
        trace.client("orders traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        trace.stage("open");
        trace.note(Note.SOURCE, "users");
        if (trace.stage().isRecorded() || Span.current().isRecorded()) {
            throw new IllegalStateException("nobody records");
        }
        Span.current().note(Note.ANSWER, "remembered");
        trace.end();
    }

    @Test
    void none_allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < DECISIONS; i++) {
            unrecorded();
        }
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < DECISIONS; i++) {
            unrecorded();
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(bytes).as("bytes of %d decisions", DECISIONS).isLessThan(DECISIONS);
    }

    @Test
    void current_outsideOfARecordedCall_isNone() {
        assertThat(Span.current()).isSameAs(Span.NONE);
        assertThat(Span.NONE.traceparent()).isEmpty();
    }
}
