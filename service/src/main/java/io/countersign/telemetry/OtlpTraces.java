// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.countersign.trace.Trace;
import io.countersign.trace.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Records one decision in so many and sends its spans to an OpenTelemetry collector, as OTLP over
 * HTTP. Which ones is a throw of dice of our own, made before anything is allocated: nobody outside
 * can have decisions recorded.
 *
 * <p>What a collector cannot take costs no login: spans wait in a bounded queue, and what finds no
 * place there is dropped and counted. Thread-safe.
 */
public final class OtlpTraces implements Traces, AutoCloseable {
    /** Spans that may wait for the collector. */
    private static final int QUEUE = 2048;

    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /** For the last spans at the end; a collector that is away must not hold a stop up. */
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private static final SpanLimits SMALL =
            SpanLimits.builder()
                    .setMaxNumberOfAttributes(16)
                    .setMaxAttributeValueLength(128)
                    .setMaxNumberOfEvents(0)
                    .setMaxNumberOfLinks(1)
                    .build();

    /** The library logs each failure past our log; {@link SpanDelivery} says it once in ours. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    static {
        LIBRARY.setLevel(Level.OFF);
    }

    private final int oneIn;
    private final SpanDelivery delivery;
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * Where spans go.
     *
     * @param endpoint whole URL, usually with the path {@code /v1/traces}
     * @param oneIn records one decision in so many
     * @param bearer read anew for each batch; empty text: none
     */
    public record Settings(
            URI endpoint, int oneIn, Optional<SSLContext> tls, Supplier<String> bearer) {}

    /** Who tells. */
    public record Origin(String cluster, String instance, String version) {}

    private OtlpTraces(Settings settings, Origin origin) {
        this.oneIn = settings.oneIn();
        this.delivery = new SpanDelivery(exporter(settings), settings.endpoint());
        this.provider =
                SdkTracerProvider.builder()
                        .setResource(resource(origin))
                        .setSampler(Sampler.alwaysOn())
                        .setSpanLimits(SMALL)
                        .addSpanProcessor(delivery.counting())
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(delivery)
                                        .setMaxQueueSize(QUEUE)
                                        .setMaxExportBatchSize(BATCH)
                                        .setScheduleDelay(PAUSE)
                                        .setExporterTimeout(LIMIT)
                                        .build())
                        .build();
        this.tracer = provider.get("io.countersign", origin.version());
    }

    /** Begins; the collector need not be there. */
    public static OtlpTraces start(Settings settings, Origin origin) {
        return new OtlpTraces(settings, origin);
    }

    private static Resource resource(Origin origin) {
        return Resource.create(
                Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "countersign",
                        AttributeKey.stringKey("service.namespace"),
                        origin.cluster(),
                        AttributeKey.stringKey("service.instance.id"),
                        origin.instance(),
                        AttributeKey.stringKey("service.version"),
                        origin.version()));
    }

    private static OtlpHttpSpanExporter exporter(Settings settings) {
        OtlpHttpSpanExporterBuilder builder =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint().toString())
                        .setTimeout(LIMIT)
                        .setConnectTimeout(CONNECT)
                        .setRetryPolicy(null)
                        .setHeaders(() -> headers(settings.bearer().get()));
        settings.tls().ifPresent(tls -> builder.setSslContext(tls, anyTrust()));
        return builder.build();
    }

    private static Map<String, String> headers(String bearer) {
        return bearer.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + bearer);
    }

    /** The JDK's client asks only the context; the builder insists on one of these beside it. */
    private static X509TrustManager anyTrust() {
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            @Nullable KeyStore runtimes = null;
            factory.init(runtimes);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the runtime trusts nobody", e);
        }
    }

    @Override
    public Trace begin(Instant arrived) {
        if (oneIn > 1 && ThreadLocalRandom.current().nextInt(oneIn) != 0) {
            return Trace.NONE;
        }
        io.opentelemetry.api.trace.Span span =
                tracer.spanBuilder("decision")
                        .setParent(Context.root())
                        .setSpanKind(SpanKind.SERVER)
                        .setStartTimestamp(arrived)
                        .startSpan();
        return new Trace(new RecordedSpan(tracer, span));
    }

    /** Shows what became of the spans. */
    public void showIn(Meters meters) {
        meters.counter(
                "countersign.spans.recorded", "Spans that were recorded", delivery::recorded);
        meters.counter(
                "countersign.spans.delivered",
                "Spans that the collector has taken",
                delivery::delivered);
        meters.counter(
                "countersign.spans.refused",
                "Spans that could not be sent to the collector",
                delivery::refused);
    }

    @Override
    public void close() {
        var _ = provider.shutdown().join(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
