// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the canonical encoding and nothing else: unknown fields, wrong types, another order or
 * another spelling of the same facts are refused, because a hash stands for the bytes.
 */
final class EntryDecoder {
    private final JsonCursor json;
    private @Nullable Kind kind;
    private @Nullable UUID id;
    private @Nullable Instant time;
    private String instance = "";
    private long version;
    private String log = "";
    private long seq = AuditEntry.UNWRITTEN;
    private long count;
    private @Nullable Instant first;
    private @Nullable Instant last;

    /** Facts without a field above wait here until the builder can be made. */
    private final AuditEntryBuilder facts =
            AuditEntry.of(Kind.DECISION, new UUID(0, 0), Instant.EPOCH, "");

    private EntryDecoder(JsonCursor json) {
        this.json = json;
    }

    static AuditEntry decode(byte[] bytes) throws BadEntry {
        AuditEntry entry;
        try (JsonCursor json = new JsonCursor(bytes)) {
            EntryDecoder decoder = new EntryDecoder(json);
            json.object(decoder::field);
            json.end();
            entry = decoder.entry();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new BadEntry("not an entry: " + e.getMessage());
        }
        if (!Arrays.equals(EntryEncoding.encode(entry), bytes)) {
            throw new BadEntry("not in the canonical encoding");
        }
        return entry;
    }

    private AuditEntry entry() throws BadEntry {
        if (version != AuditEntry.VERSION) {
            throw new BadEntry("v: " + version + " (expected: " + AuditEntry.VERSION + ")");
        }
        if (kind == null || id == null || time == null) {
            throw new BadEntry("kind, id or time is missing");
        }
        if (first != null && last != null) {
            facts.counted(new Counted(count, first, last));
        }
        return facts.kind(kind).id(id).time(time).instance(instance).at(log, seq).build();
    }

    private void field(String name) throws IOException, BadEntry {
        switch (name) {
            case "v" -> version = json.number();
            case "log" -> log = json.text();
            case "seq" -> seq = json.number();
            case "kind" -> kind = kind(json.text());
            case "id" -> id = uuid(json.text());
            case "time" -> time = time(json.text());
            case "instance" -> instance = json.text();
            case "count" -> count = json.number();
            case "first" -> first = time(json.text());
            case "last" -> last = time(json.text());
            default -> fact(name);
        }
    }

    private void fact(String name) throws IOException, BadEntry {
        switch (name) {
            case "revision" -> facts.revision(json.text());
            case "decision" -> facts.decision(json.text());
            case "reason" -> facts.reason(json.text());
            case "detail" -> facts.detail(json.text());
            case "rule" -> facts.rule(json.text());
            case "principal" -> facts.principal(json.text());
            case "source" -> facts.source(json.text());
            case "account" -> facts.account(json.text());
            case "expires" -> facts.expires(time(json.text()));
            case "session" -> facts.session(json.text());
            case "masked" -> facts.masked(json.texts());
            case "degraded" -> facts.degraded(json.texts());
            case "refers-to" -> facts.refersTo(uuid(json.text()));
            case "by" -> facts.by(json.text());
            default -> group(name);
        }
    }

    private void group(String name) throws IOException, BadEntry {
        switch (name) {
            case "presented" -> {
                Map<String, String> texts = texts(List.of("name", "hash"));
                facts.presented(new Presented(in(texts, "name"), in(texts, "hash")));
            }
            case "credential" -> {
                Map<String, String> texts = texts(List.of("kind", "fingerprint"));
                facts.credential(new Credential(in(texts, "kind"), in(texts, "fingerprint")));
            }
            case "server" -> {
                Map<String, String> texts = texts(List.of("id", "name", "cluster", "version"));
                facts.server(
                        new Server(
                                in(texts, "id"),
                                in(texts, "name"),
                                in(texts, "cluster"),
                                in(texts, "version")));
            }
            case "client" -> facts.client(client());
            case "shadow" -> facts.shadow(shadow());
            case "permissions" -> facts.permissions(permissions());
            case "took" -> facts.took(took());
            default -> throw unknown(name);
        }
    }

    private Client client() throws IOException, BadEntry {
        long[] cid = {0};
        Map<String, String> texts = new LinkedHashMap<>();
        json.object(name -> {
            switch (name) {
                case "cid" -> cid[0] = json.number();
                case "address", "kind", "type", "name", "language", "version", "mqtt-id" ->
                        texts.put(name, json.text());
                default -> throw unknown("client." + name);
            }
        });
        return new Client(
                in(texts, "address"),
                cid[0],
                in(texts, "kind"),
                in(texts, "type"),
                in(texts, "name"),
                in(texts, "language"),
                in(texts, "version"),
                in(texts, "mqtt-id"));
    }

    private Shadow shadow() throws IOException, BadEntry {
        Map<String, String> texts = texts(List.of("effect", "reason", "rule", "account", "detail"));
        return new Shadow(
                in(texts, "effect"),
                in(texts, "reason"),
                in(texts, "rule"),
                in(texts, "account"),
                in(texts, "detail"));
    }

    private GrantedPermissions permissions() throws IOException, BadEntry {
        return new PermissionsReader(json).read();
    }

    private Map<String, Long> took() throws IOException, BadEntry {
        Map<String, Long> stages = new LinkedHashMap<>();
        json.object(name -> stages.put(name, json.number()));
        return stages;
    }

    private Map<String, String> texts(List<String> known) throws IOException, BadEntry {
        Map<String, String> texts = new LinkedHashMap<>();
        json.object(name -> {
            if (!known.contains(name)) {
                throw unknown(name);
            }
            texts.put(name, json.text());
        });
        return texts;
    }

    private static String in(Map<String, String> texts, String name) {
        return texts.getOrDefault(name, "");
    }

    private static Kind kind(String word) throws BadEntry {
        return Kind.of(word).orElseThrow(() -> new BadEntry("kind: " + AuditEntry.name(word)));
    }

    private static UUID uuid(String text) {
        return UUID.fromString(text); // lenient, but the canonical check is not
    }

    private static Instant time(String text) {
        return Instant.parse(text);
    }

    static BadEntry unknown(String name) {
        return new BadEntry("unknown field: " + AuditEntry.name(name));
    }
}
