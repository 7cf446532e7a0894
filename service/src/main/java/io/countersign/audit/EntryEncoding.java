// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The canonical JSON of an entry: the bytes whose hash is the Merkle leaf, so one entry has exactly
 * one encoding. Fields in a fixed order, absent when empty, no white space, pure ASCII: everything
 * else is escaped, so that a client's name can neither move a terminal's cursor nor turn a line
 * around. Version, log and position come first; the rest can be encoded before they are known.
 */
final class EntryEncoding {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String VERSION = "{\"v\":" + AuditEntry.VERSION + ",";
    private static final int TYPICAL_BYTES = 1024;
    private static final JsonFactory JSON =
            new JsonFactoryBuilder()
                    .characterEscapes(new EscapeDelete())
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build();

    private EntryEncoding() {}

    /** The whole entry. */
    static byte[] encode(AuditEntry entry) {
        byte[] head =
                entry.seq() == AuditEntry.UNWRITTEN
                        ? ascii(VERSION)
                        : head(entry.log(), entry.seq());
        return join(head, facts(entry));
    }

    /** Where the entry stands: everything in front of {@link #facts}. */
    static byte[] head(String log, long seq) {
        return ascii(VERSION + "\"log\":\"" + log + "\",\"seq\":" + seq + ",");
    }

    /** Everything that does not depend on the place in the log, without the opening brace. */
    static byte[] facts(AuditEntry entry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            write(json, entry);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        byte[] object = out.toByteArray();
        return Arrays.copyOfRange(object, 1, object.length);
    }

    static byte[] join(byte[] head, byte[] facts) {
        byte[] whole = Arrays.copyOf(head, head.length + facts.length);
        System.arraycopy(facts, 0, whole, head.length, facts.length);
        return whole;
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static void write(JsonGenerator json, AuditEntry entry) throws IOException {
        json.writeStringField("kind", entry.kind().word());
        json.writeStringField("id", entry.id().toString());
        json.writeStringField("time", time(entry.time()));
        text(json, "instance", entry.instance());
        text(json, "revision", entry.revision());
        text(json, "decision", entry.decision());
        text(json, "reason", entry.reason());
        text(json, "detail", entry.detail());
        text(json, "rule", entry.rule());
        if (entry.shadow().isPresent()) {
            shadow(json, entry.shadow().get());
        }
        text(json, "principal", entry.principal());
        if (entry.presented().isPresent()) {
            Presented presented = entry.presented().get();
            json.writeObjectFieldStart("presented");
            text(json, "name", presented.name());
            text(json, "hash", presented.hash());
            json.writeEndObject();
        }
        text(json, "source", entry.source());
        text(json, "account", entry.account());
        if (entry.permissions().isPresent()) {
            permissions(json, entry.permissions().get());
        }
        if (entry.expires().isPresent()) {
            json.writeStringField("expires", time(entry.expires().get()));
        }
        if (entry.credential().isPresent()) {
            Credential credential = entry.credential().get();
            json.writeObjectFieldStart("credential");
            text(json, "kind", credential.kind());
            text(json, "fingerprint", credential.fingerprint());
            json.writeEndObject();
        }
        connection(json, entry);
        text(json, "session", entry.session());
        course(json, entry);
        if (entry.refersTo().isPresent()) {
            json.writeStringField("refers-to", entry.refersTo().get().toString());
        }
        text(json, "by", entry.by());
    }

    private static void shadow(JsonGenerator json, Shadow shadow) throws IOException {
        json.writeObjectFieldStart("shadow");
        text(json, "effect", shadow.effect());
        text(json, "reason", shadow.reason());
        text(json, "rule", shadow.rule());
        text(json, "account", shadow.account());
        text(json, "detail", shadow.detail());
        json.writeEndObject();
    }

    private static void permissions(JsonGenerator json, GrantedPermissions permissions)
            throws IOException {
        json.writeObjectFieldStart("permissions");
        subjects(json, "publish", permissions.publish());
        subjects(json, "subscribe", permissions.subscribe());
        if (permissions.responses().isPresent()) {
            json.writeObjectFieldStart("responses");
            json.writeNumberField("max", permissions.responses().get().max());
            json.writeNumberField("ttl-ms", permissions.responses().get().ttlMillis());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void subjects(
            JsonGenerator json, String field, GrantedPermissions.Subjects subjects)
            throws IOException {
        json.writeObjectFieldStart(field);
        texts(json, "allow", subjects.allow());
        texts(json, "deny", subjects.deny());
        json.writeEndObject();
    }

    private static void connection(JsonGenerator json, AuditEntry entry) throws IOException {
        if (entry.client().isPresent()) {
            Client client = entry.client().get();
            json.writeObjectFieldStart("client");
            text(json, "address", client.address());
            number(json, "cid", client.cid());
            text(json, "kind", client.kind());
            text(json, "type", client.type());
            text(json, "name", client.name());
            text(json, "language", client.language());
            text(json, "version", client.version());
            text(json, "mqtt-id", client.mqttId());
            json.writeEndObject();
        }
        if (entry.server().isPresent()) {
            Server server = entry.server().get();
            json.writeObjectFieldStart("server");
            text(json, "id", server.id());
            text(json, "name", server.name());
            text(json, "cluster", server.cluster());
            text(json, "version", server.version());
            json.writeEndObject();
        }
    }

    private static void course(JsonGenerator json, AuditEntry entry) throws IOException {
        if (!entry.took().isEmpty()) {
            json.writeObjectFieldStart("took");
            for (var stage : entry.took().entrySet()) {
                json.writeNumberField(stage.getKey(), stage.getValue());
            }
            json.writeEndObject();
        }
        texts(json, "masked", entry.masked());
        texts(json, "degraded", entry.degraded());
        if (entry.counted().isPresent()) {
            Counted counted = entry.counted().get();
            json.writeNumberField("count", counted.count());
            json.writeStringField("first", time(counted.first()));
            json.writeStringField("last", time(counted.last()));
        }
    }

    private static void text(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static void number(JsonGenerator json, String field, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(field, value);
        }
    }

    private static void texts(JsonGenerator json, String field, List<String> values)
            throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(field);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Jackson takes DEL for printable; terminals do not. */
    private static final class EscapeDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7F;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null; // no custom sequences: the standard ones are used
        }
    }
}
