// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The numbers of one instance. Labels are bounded whatever clients send: reasons, stages and kinds
 * are closed lists, sources come from the configuration, and no label holds a name, an address or
 * an account. Thread-safe.
 */
public final class Meters implements AutoCloseable {
    /** Sources are the operator's words; more than these would be a mistake somewhere. */
    private static final int MOST_SERIES = 500;

    private static final String OTHER = "other";

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofMillis(1000),
        Duration.ofMillis(1500)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<Series, Counter> decisions = new ConcurrentHashMap<>();
    private final Map<Kind, Counter> entries = new ConcurrentHashMap<>();
    private final Map<String, Counter> verdicts = new ConcurrentHashMap<>();
    private final Map<String, Counter> shadows = new ConcurrentHashMap<>();
    private final Map<String, Timer> stages = new ConcurrentHashMap<>();
    private final Timer whole;

    /** Micrometer holds what it counts only weakly: a counter would stand still once it is gone. */
    private final List<DoubleSupplier> held = new CopyOnWriteArrayList<>();

    private record Series(String decision, String reason, String source) {}

    /** With the process's own numbers in it. */
    public Meters() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        whole =
                Timer.builder("countersign.decision")
                        .description("Time that a decision took, from arrival to its entry")
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry);
    }

    /** Counts a finished entry. */
    public void count(AuditEntry entry) {
        entries.computeIfAbsent(entry.kind(), this::entriesOf).increment();
        if (entry.kind() == Kind.DECISION) {
            decision(entry);
        } else if (entry.kind() == Kind.VERDICT) {
            verdicts.computeIfAbsent(bounded(verdicts, entry.reason()), this::verdictsOf)
                    .increment();
        }
    }

    private void decision(AuditEntry entry) {
        Series series = new Series(entry.decision(), entry.reason(), entry.source());
        if (decisions.size() >= MOST_SERIES && !decisions.containsKey(series)) {
            series = new Series(entry.decision(), entry.reason(), OTHER);
        }
        decisions.computeIfAbsent(series, this::decisionsOf).increment();
        entry.shadow()
                .ifPresent(it ->
                        shadows.computeIfAbsent(bounded(shadows, it.effect()), this::shadowsOf)
                                .increment());
        long micros = 0;
        for (Map.Entry<String, Long> stage : entry.took().entrySet()) {
            stages.computeIfAbsent(bounded(stages, stage.getKey()), this::stageOf)
                    .record(stage.getValue(), TimeUnit.MICROSECONDS);
            micros += stage.getValue();
        }
        whole.record(micros, TimeUnit.MICROSECONDS);
    }

    private static String bounded(Map<String, ?> known, String word) {
        return known.size() < MOST_SERIES || known.containsKey(word) ? word : OTHER;
    }

    private Counter decisionsOf(Series series) {
        return Counter.builder("countersign.decisions")
                .description("Decisions, by outcome, reason and authenticator")
                .tag("decision", series.decision())
                .tag("reason", series.reason())
                .tag("source", series.source())
                .register(registry);
    }

    private Counter entriesOf(Kind kind) {
        return Counter.builder("countersign.entries")
                .description("Entries given to the trail, by kind")
                .tag("kind", kind.word())
                .register(registry);
    }

    private Counter verdictsOf(String reason) {
        return Counter.builder("countersign.verdicts")
                .description("What servers made of answers")
                .tag("verdict", reason)
                .register(registry);
    }

    private Counter shadowsOf(String effect) {
        return Counter.builder("countersign.shadow.differences")
                .description("Logins that the shadow policy would have decided otherwise")
                .tag("effect", effect)
                .register(registry);
    }

    private Timer stageOf(String stage) {
        return Timer.builder("countersign.stage")
                .description("Time that a stage of a decision took")
                .tag("stage", stage)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /**
     * Shows a value as it stands whenever somebody looks.
     *
     * @param name with dots: {@code countersign.sessions}
     */
    public void gauge(String name, String description, DoubleSupplier value) {
        gauge(name, description, "", "", value);
    }

    /** The same with one label. */
    public void gauge(
            String name, String description, String label, String labelled, DoubleSupplier value) {
        Gauge.Builder<?> gauge =
                Gauge.builder(name, value::getAsDouble)
                        .description(description)
                        .strongReference(true);
        (label.isEmpty() ? gauge : gauge.tag(label, labelled)).register(registry);
    }

    /** Shows a count that somebody else keeps and that never falls. */
    public void counter(String name, String description, DoubleSupplier value) {
        held.add(value);
        FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .register(registry);
    }

    /** All of it, as Prometheus reads it. */
    public String scrape() {
        return registry.scrape();
    }

    /** For whoever measures something of its own. */
    public MeterRegistry registry() {
        return registry;
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
