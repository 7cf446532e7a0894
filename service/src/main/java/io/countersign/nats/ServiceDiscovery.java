// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.countersign.callout.Tally;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.NUID;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Makes an instance visible to {@code $SRV.PING}, {@code .INFO} and {@code .STATS} (NATS ADR-32,
 * reference 8).
 *
 * <p>Written by hand instead of with the client's service classes, because those serve one
 * connection with one thread and count only what runs inside their handler; our requests run
 * elsewhere and the counts must be true.
 */
final class ServiceDiscovery {
    static final String SERVICE = "countersign";
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Facts that do not change while the instance runs.
     *
     * @param version semver of this build
     */
    record Facts(
            String id,
            String version,
            String subject,
            String queueGroup,
            Instant started,
            Map<String, String> metadata) {
        Facts {
            metadata = Map.copyOf(metadata);
        }

        static String newId() {
            return NUID.nextGlobal();
        }
    }

    @FunctionalInterface
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private final Facts facts;
    private final Tally tally;
    private final Supplier<String> revision;
    private final IntSupplier members;

    /**
     * Of one instance.
     *
     * @param revision that it has in force
     * @param members instances that it sees in its cluster, itself among them
     */
    ServiceDiscovery(Facts facts, Tally tally, Supplier<String> revision, IntSupplier members) {
        this.facts = facts;
        this.tally = tally;
        this.revision = revision;
        this.members = members;
    }

    /** Subscribes on a connection; every instance answers, so there is no queue group. */
    void subscribe(Connection connection) {
        Dispatcher dispatcher = connection.createDispatcher();
        for (String verb : new String[] {"PING", "INFO", "STATS"}) {
            for (String suffix :
                    new String[] {"", "." + SERVICE, "." + SERVICE + "." + facts.id()}) {
                dispatcher.subscribe("$SRV." + verb + suffix, m -> reply(connection, m, verb));
            }
        }
    }

    private void reply(Connection connection, Message question, String verb) {
        String to = question.getReplyTo();
        if (to != null) {
            connection.publish(to, answer(verb));
        }
    }

    /** The JSON answer to a verb: {@code PING}, {@code INFO} or {@code STATS}. */
    byte[] answer(String verb) {
        return switch (verb) {
            case "PING" -> object("ping_response", json -> {});
            case "INFO" -> object("info_response", this::info);
            default -> object("stats_response", this::stats);
        };
    }

    private byte[] object(String type, Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", "io.nats.micro.v1." + type);
            json.writeStringField("name", SERVICE);
            json.writeStringField("id", facts.id());
            json.writeStringField("version", facts.version());
            json.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> e : new TreeMap<>(facts.metadata()).entrySet()) {
                json.writeStringField(e.getKey(), e.getValue());
            }
            json.writeEndObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void endpointStart(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("endpoints");
        json.writeStartObject();
        json.writeStringField("name", "callout");
        json.writeStringField("subject", facts.subject());
        json.writeStringField("queue_group", facts.queueGroup());
    }

    private void info(JsonGenerator json) throws IOException {
        json.writeStringField("description", "Answers NATS auth callouts");
        endpointStart(json);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void stats(JsonGenerator json) throws IOException {
        Tally.Snapshot now = tally.snapshot();
        json.writeStringField("started", facts.started().toString());
        endpointStart(json);
        json.writeNumberField("num_requests", now.requests());
        // A refusal is our work well done; an error is a request that got no answer.
        json.writeNumberField("num_errors", now.dropped());
        long nanos = now.processing().toNanos();
        json.writeNumberField("processing_time", nanos);
        json.writeNumberField(
                "average_processing_time", now.requests() == 0 ? 0 : nanos / now.requests());
        json.writeObjectFieldStart("data");
        json.writeStringField("revision", revision.get());
        json.writeNumberField("members", members.getAsInt());
        json.writeNumberField("allowed", now.allowed());
        json.writeNumberField("refused", now.refused());
        json.writeNumberField("dropped", now.dropped());
        json.writeObjectFieldStart("reasons");
        for (var e : new TreeMap<>(now.reasons()).entrySet()) {
            json.writeNumberField(e.getKey().code(), e.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
    }
}
