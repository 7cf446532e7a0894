// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The canonical JSON of an entry: the bytes whose hash is the Merkle leaf, so one entry has exactly
 * one encoding. Fields in a fixed order, absent when empty, no white space, pure ASCII: everything
 * else is escaped, so that a client's name can neither move a terminal's cursor nor turn a line
 * around. Version, log and position come first; the rest can be encoded before they are known.
 */
final class EntryEncoding {
    private static final String VERSION = "{\"v\":" + AuditEntry.VERSION + ",";
    private static final int TYPICAL_BYTES = 1536;

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
        AsciiJson json = new AsciiJson(TYPICAL_BYTES);
        json.beginObject();
        write(json, entry);
        json.endObject();
        return json.withoutBracket();
    }

    static byte[] join(byte[] head, byte[] facts) {
        byte[] whole = Arrays.copyOf(head, head.length + facts.length);
        System.arraycopy(facts, 0, whole, head.length, facts.length);
        return whole;
    }

    static String time(Instant instant) {
        return EntryTime.text(instant);
    }

    private static void write(AsciiJson json, AuditEntry entry) {
        json.member("kind", entry.kind().word());
        json.member("id", entry.id().toString());
        json.member("time", time(entry.time()));
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
            json.beginObject("presented");
            text(json, "name", presented.name());
            text(json, "hash", presented.hash());
            json.endObject();
        }
        text(json, "source", entry.source());
        text(json, "account", entry.account());
        if (entry.permissions().isPresent()) {
            permissions(json, entry.permissions().get());
        }
        if (entry.expires().isPresent()) {
            json.member("expires", time(entry.expires().get()));
        }
        if (entry.credential().isPresent()) {
            Credential credential = entry.credential().get();
            json.beginObject("credential");
            text(json, "kind", credential.kind());
            text(json, "fingerprint", credential.fingerprint());
            json.endObject();
        }
        connection(json, entry);
        text(json, "session", entry.session());
        course(json, entry);
        if (entry.refersTo().isPresent()) {
            json.member("refers-to", entry.refersTo().get().toString());
        }
        text(json, "by", entry.by());
    }

    private static void shadow(AsciiJson json, Shadow shadow) {
        json.beginObject("shadow");
        text(json, "effect", shadow.effect());
        text(json, "reason", shadow.reason());
        text(json, "rule", shadow.rule());
        text(json, "account", shadow.account());
        text(json, "detail", shadow.detail());
        json.endObject();
    }

    private static void permissions(AsciiJson json, GrantedPermissions permissions) {
        json.beginObject("permissions");
        subjects(json, "publish", permissions.publish());
        subjects(json, "subscribe", permissions.subscribe());
        if (permissions.responses().isPresent()) {
            json.beginObject("responses");
            json.member("max", permissions.responses().get().max());
            json.member("ttl-ms", permissions.responses().get().ttlMillis());
            json.endObject();
        }
        json.endObject();
    }

    private static void subjects(
            AsciiJson json, String field, GrantedPermissions.Subjects subjects) {
        json.beginObject(field);
        texts(json, "allow", subjects.allow());
        texts(json, "deny", subjects.deny());
        json.endObject();
    }

    private static void connection(AsciiJson json, AuditEntry entry) {
        if (entry.client().isPresent()) {
            Client client = entry.client().get();
            json.beginObject("client");
            text(json, "address", client.address());
            number(json, "cid", client.cid());
            text(json, "kind", client.kind());
            text(json, "type", client.type());
            text(json, "name", client.name());
            text(json, "language", client.language());
            text(json, "version", client.version());
            text(json, "mqtt-id", client.mqttId());
            json.endObject();
        }
        if (entry.server().isPresent()) {
            Server server = entry.server().get();
            json.beginObject("server");
            text(json, "id", server.id());
            text(json, "name", server.name());
            text(json, "cluster", server.cluster());
            text(json, "version", server.version());
            json.endObject();
        }
    }

    private static void course(AsciiJson json, AuditEntry entry) {
        if (!entry.took().isEmpty()) {
            json.beginObject("took");
            for (var stage : entry.took().entrySet()) {
                json.foreignMember(stage.getKey(), stage.getValue());
            }
            json.endObject();
        }
        texts(json, "masked", entry.masked());
        texts(json, "degraded", entry.degraded());
        if (entry.counted().isPresent()) {
            Counted counted = entry.counted().get();
            json.member("count", counted.count());
            json.member("first", time(counted.first()));
            json.member("last", time(counted.last()));
        }
    }

    private static void text(AsciiJson json, String field, String value) {
        if (!value.isEmpty()) {
            json.member(field, value);
        }
    }

    private static void number(AsciiJson json, String field, long value) {
        if (value != 0) {
            json.member(field, value);
        }
    }

    private static void texts(AsciiJson json, String field, List<String> values) {
        if (!values.isEmpty()) {
            json.beginArray(field);
            for (String value : values) {
                json.text(value);
            }
            json.endArray();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
