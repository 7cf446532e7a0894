// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.countersign.trace.Note;
import io.countersign.trace.Span;
import io.countersign.trace.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.EnumMap;
import java.util.Map;

/** A span of OpenTelemetry's. Thread-safe. */
final class RecordedSpan implements Span {
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final Map<Note, AttributeKey<String>> TEXTS = new EnumMap<>(Note.class);
    private static final Map<Note, AttributeKey<Long>> NUMBERS = new EnumMap<>(Note.class);

    static {
        for (Note note : Note.values()) {
            TEXTS.put(note, AttributeKey.stringKey(note.key()));
            NUMBERS.put(note, AttributeKey.longKey(note.key()));
        }
    }

    private final Tracer tracer;
    private final io.opentelemetry.api.trace.Span span;

    RecordedSpan(Tracer tracer, io.opentelemetry.api.trace.Span span) {
        this.tracer = tracer;
        this.span = span;
    }

    @Override
    public boolean isRecorded() {
        return true;
    }

    @Override
    public Span step(String name) {
        return child(name, SpanKind.INTERNAL);
    }

    @Override
    public Span call(String name) {
        return child(name, SpanKind.CLIENT);
    }

    private Span child(String name, SpanKind kind) {
        return new RecordedSpan(
                tracer,
                tracer.spanBuilder(name)
                        .setParent(Context.root().with(span))
                        .setSpanKind(kind)
                        .startSpan());
    }

    @Override
    public Span note(Note note, String value) {
        span.setAttribute(TEXTS.get(note), value);
        return this;
    }

    @Override
    public Span note(Note note, long value) {
        span.setAttribute(NUMBERS.get(note), value);
        return this;
    }

    @Override
    public void link(TraceParent other) {
        span.addLink(
                SpanContext.createFromRemoteParent(
                        other.traceId(),
                        other.spanId(),
                        other.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault()));
    }

    @Override
    public void failed(String kind) {
        span.setAttribute(ERROR, kind);
        span.setStatus(StatusCode.ERROR);
    }

    @Override
    public String traceparent() {
        SpanContext context = span.getSpanContext();
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-01";
    }

    @Override
    public void end() {
        span.end();
    }
}
