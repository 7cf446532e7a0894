// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.Session;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, and questions for them, as JSON: what instances say to one another. Unknown fields are
 * ignored.
 */
final class SessionJson {
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxDocumentLength(262_144)
                                            .maxNestingDepth(5)
                                            .build())
                            .build());

    /** A connection that somebody asks about. */
    record Question(NKey server, long cid) {}

    private SessionJson() {}

    static byte[] question(NKey server, long cid) {
        ObjectNode json = JSON.createObjectNode();
        json.put("server", server.text());
        json.put("cid", Long.toUnsignedString(cid));
        return bytes(json);
    }

    /** Empty for anything that is no question. */
    static Optional<Question> question(byte @Nullable [] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes == null ? new byte[0] : bytes);
            return Optional.of(
                    new Question(
                            NKey.parse(text(json, "server"), NKeyType.SERVER),
                            Long.parseUnsignedLong(text(json, "cid"))));
        } catch (IOException | InvalidKey | NumberFormatException e) {
            return Optional.empty();
        }
    }

    static byte[] session(Session session) {
        Identity identity = session.identity();
        ObjectNode json = JSON.createObjectNode();
        json.put("server", session.server().text());
        json.put("server-name", session.serverName());
        json.put("cid", Long.toUnsignedString(session.cid()));
        json.put("user", session.userKey().text());
        json.put("source", identity.principal().source());
        json.put("name", identity.principal().name());
        json.put("credential", identity.credential().kind().name());
        json.put("fingerprint", identity.credential().fingerprint());
        ArrayNode groups = json.putArray("groups");
        identity.groups().forEach(groups::add);
        ObjectNode attributes = json.putObject("attributes");
        identity.attributes()
                .forEach((key, values) -> values.forEach(attributes.withArray(key)::add));
        identity.notAfter().ifPresent(end -> json.put("not-after", end.toString()));
        Origin origin = identity.origin();
        json.put("token", origin.tokenId());
        json.put("issuer", origin.issuer());
        json.put("session", origin.session());
        origin.issued().ifPresent(time -> json.put("issued", time.toString()));
        json.put("account", session.account());
        json.put("address", session.address());
        json.put("client", session.client());
        json.put("type", session.type());
        json.put("granted", session.granted().toString());
        json.put("expires", session.expires().toString());
        json.put("entry", session.entry().toString());
        return bytes(json);
    }

    /** A session from its JSON; empty if a field is missing or not what it should be. */
    static Optional<Session> session(byte @Nullable [] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes == null ? new byte[0] : bytes);
            return Optional.of(
                    new Session(
                            NKey.parse(text(json, "server"), NKeyType.SERVER),
                            text(json, "server-name"),
                            Long.parseUnsignedLong(text(json, "cid")),
                            NKey.parse(text(json, "user"), NKeyType.USER),
                            identity(json),
                            text(json, "account"),
                            text(json, "address"),
                            text(json, "client"),
                            text(json, "type"),
                            Instant.parse(text(json, "granted")),
                            Instant.parse(text(json, "expires")),
                            UUID.fromString(text(json, "entry"))));
        } catch (IOException | InvalidKey | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Identity identity(JsonNode json) {
        Map<String, List<String>> attributes = new HashMap<>();
        json.path("attributes")
                .properties()
                .forEach(field -> attributes.put(field.getKey(), texts(field.getValue())));
        return new Identity(
                new Principal(text(json, "source"), text(json, "name")),
                new CredentialRef(
                        CredentialKind.valueOf(text(json, "credential")),
                        text(json, "fingerprint")),
                new HashSet<>(texts(json.path("groups"))),
                attributes,
                instant(json, "not-after"),
                new Origin(
                        text(json, "token"),
                        text(json, "issuer"),
                        text(json, "session"),
                        instant(json, "issued")));
    }

    private static Optional<Instant> instant(JsonNode json, String field) {
        String text = text(json, field);
        return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText("");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText("")));
        return texts;
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
