// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Takes what an OpenTelemetry collector takes (OTLP over HTTP, protobuf) and reads it with the
 * project's own classes. Thread-safe.
 */
public final class Collector implements AutoCloseable {
    private final Queue<Told> spans = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final HttpStub server = HttpStub.start(this::take);
    private volatile int status = 200;

    /** A span, with ids in hexadecimal; attributes as texts, those of its resource among them. */
    public record Told(
            String name,
            String trace,
            String id,
            String parent,
            Span.SpanKind kind,
            long began,
            long ended,
            Map<String, String> notes,
            List<String> links) {}

    private Collector() {}

    public static Collector start() {
        return new Collector();
    }

    private HttpStub.Answer take(HttpStub.Asked asked) {
        authorizations.add(asked.header().apply("Authorization"));
        if (status != 200) {
            return HttpStub.Answer.json(status, "{}");
        }
        if (!asked.path().equals("/v1/traces")) {
            return HttpStub.Answer.json(404, "{}");
        }
        synchronized (raw) {
            raw.writeBytes(asked.body());
        }
        ExportTraceServiceRequest request =
                Io.get(() -> ExportTraceServiceRequest.parseFrom(asked.body()));
        for (ResourceSpans resource : request.getResourceSpansList()) {
            Map<String, String> origin = texts(resource.getResource().getAttributesList());
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                scope.getSpansList().forEach(span -> spans.add(told(span, origin)));
            }
        }
        return new HttpStub.Answer(
                200, new byte[0], Map.of("Content-Type", "application/x-protobuf"));
    }

    private static Told told(Span span, Map<String, String> origin) {
        Map<String, String> notes = new HashMap<>(origin);
        notes.putAll(texts(span.getAttributesList()));
        return new Told(
                span.getName(),
                hex(span.getTraceId().toByteArray()),
                hex(span.getSpanId().toByteArray()),
                hex(span.getParentSpanId().toByteArray()),
                span.getKind(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                notes,
                span.getLinksList().stream()
                        .map(link ->
                                hex(link.getTraceId().toByteArray())
                                        + "-"
                                        + hex(link.getSpanId().toByteArray()))
                        .toList());
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new HashMap<>();
        for (KeyValue each : attributes) {
            AnyValue value = each.getValue();
            texts.put(
                    each.getKey(),
                    value.hasIntValue()
                            ? Long.toString(value.getIntValue())
                            : value.getStringValue());
        }
        return texts;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** For {@code telemetry.traces.endpoint}. */
    public String url() {
        return server.url() + "/v1/traces";
    }

    /** From now on it takes nothing and answers this. */
    public void answers(int status) {
        this.status = status;
    }

    public List<Told> spans() {
        return List.copyOf(spans);
    }

    /** The first one of this name in this trace. */
    public Optional<Told> span(String trace, String name) {
        return spans.stream()
                .filter(span -> span.trace().equals(trace) && span.name().equals(name))
                .findFirst();
    }

    /** All that it was sent. */
    public byte[] raw() {
        synchronized (raw) {
            return raw.toByteArray();
        }
    }

    /** What was shown with each batch. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        server.close();
    }
}
