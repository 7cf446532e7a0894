// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the spans on their way to the collector, and says once when they do not get there, and
 * once when they do again. Thread-safe.
 */
final class SpanDelivery implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger(SpanDelivery.class);

    private final SpanExporter exporter;
    private final URI endpoint;
    private final LongAdder recorded = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicBoolean failing = new AtomicBoolean();

    SpanDelivery(SpanExporter exporter, URI endpoint) {
        this.exporter = exporter;
        this.endpoint = endpoint;
    }

    /** Sees every span before the queue does. */
    SpanProcessor counting() {
        return new SpanProcessor() {
            @Override
            public void onStart(Context parent, ReadWriteSpan span) {}

            @Override
            public boolean isStartRequired() {
                return false;
            }

            @Override
            public void onEnd(ReadableSpan span) {
                recorded.increment();
            }

            @Override
            public boolean isEndRequired() {
                return true;
            }
        };
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            if (result.isSuccess()) {
                delivered.add(count);
                if (failing.compareAndSet(true, false)) {
                    log.info("spans reach {} again", endpoint);
                }
            } else {
                refused.add(count);
                if (failing.compareAndSet(false, true)) {
                    log.warn("spans do not reach {}: {}", endpoint, reason(result));
                }
            }
        });
        return result;
    }

    /** A kind of failure; its message could repeat what was sent. */
    private static String reason(CompletableResultCode result) {
        Throwable failure = result.getFailureThrowable();
        return failure == null
                ? "it does not answer as it should"
                : failure.getClass().getSimpleName();
    }

    long recorded() {
        return recorded.sum();
    }

    long delivered() {
        return delivered.sum();
    }

    long refused() {
        return refused.sum();
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
