// SPDX-License-Identifier: Apache-2.0
package io.countersign.vault;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.http.HttpCalls;
import io.countersign.protocol.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A Vault server. Its token is read anew for each request, because whoever keeps it fresh (such as
 * Vault Agent) writes it anew. What goes wrong is told by status and place, never with what Vault
 * said. Thread-safe.
 */
public final class Vault implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** For what is asked at a start or a reload. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final URI address;
    private final Optional<String> namespace;
    private final TokenSource token;
    private final HttpCalls http;

    /** Where our token is. */
    @FunctionalInterface
    public interface TokenSource {
        /** Its text, without a line end. */
        String read() throws IOException;
    }

    /**
     * @param address scheme, host and port, perhaps with a path in front of {@code /v1}
     */
    public Vault(
            URI address, Optional<String> namespace, Optional<SSLContext> tls, TokenSource token) {
        this.address = address;
        this.namespace = namespace;
        this.token = token;
        this.http = new HttpCalls(tls);
    }

    /**
     * A field of a secret's newest version (KV version 2); the caller wipes it.
     *
     * @throws IOException if it is not there or we may not read it
     */
    public byte[] secret(String mount, String path, String field) throws IOException {
        String place = mount + "/data/" + path;
        byte[] body = answer(request(place).GET(), place, PATIENCE);
        try {
            return text(body, "/data/data/" + field.replace("~", "~0").replace("/", "~1"))
                    .orElseThrow(() ->
                            new IOException(
                                    "Vault: %s/%s has no text \"%s\""
                                            .formatted(mount, path, field)));
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** Read character by character: a string could not be wiped. */
    private static Optional<byte[]> text(byte[] json, String pointer) throws IOException {
        try (FilteringParserDelegate parser =
                new FilteringParserDelegate(
                        JSON.createParser(json),
                        new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
                        Inclusion.ONLY_INCLUDE_ALL,
                        false)) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                return Optional.empty();
            }
            char[] characters = parser.getTextCharacters();
            int from = parser.getTextOffset();
            int length = parser.getTextLength();
            byte[] room = new byte[3 * length];
            ByteBuffer coded = ByteBuffer.wrap(room);
            var _ =
                    StandardCharsets.UTF_8
                            .newEncoder()
                            .encode(CharBuffer.wrap(characters, from, length), coded, true);
            Arrays.fill(characters, from, from + length, '\0');
            byte[] bytes = Arrays.copyOf(room, coded.position());
            Arrays.fill(room, (byte) 0);
            return Optional.of(bytes);
        } catch (JsonProcessingException _) {
            // Its message shows the text.
        }
        throw new IOException("Vault: an answer that is no JSON");
    }

    /** Public half of a version of a Transit key. */
    NKey publicKey(TransitKey key, NKeyType type) throws IOException, InvalidKey {
        String place = key.mount() + "/keys/" + key.name();
        JsonNode data = data(answer(request(place).GET(), place, PATIENCE));
        if (!data.path("type").asText().equals("ed25519")) {
            throw new IOException(
                    "Vault: %s is of type %s (expected: ed25519)"
                            .formatted(place, data.path("type").asText("none")));
        }
        String text =
                data.path("keys")
                        .path(Integer.toString(key.version()))
                        .path("public_key")
                        .asText("");
        if (text.isEmpty()) {
            throw new IOException("Vault: %s has no version %d".formatted(place, key.version()));
        }
        return NKey.of(type, decoded(text, place));
    }

    /** 64 bytes of a signature over the message. */
    byte[] sign(TransitKey key, byte[] message, Duration limit) throws IOException {
        String place = key.mount() + "/sign/" + key.name();
        ObjectNode question =
                JSON.createObjectNode()
                        .put("input", Base64.getEncoder().encodeToString(message))
                        .put("key_version", key.version());
        HttpRequest.Builder request =
                request(place)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        JSON.writeValueAsBytes(question)));
        String text = data(answer(request, place, limit)).path("signature").asText("");
        String prefix = "vault:v" + key.version() + ":";
        if (!text.startsWith(prefix)) {
            throw new IOException("Vault: %s answers without a signature".formatted(place));
        }
        return decoded(text.substring(prefix.length()), place);
    }

    private static byte[] decoded(String base64, String place) throws IOException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("Vault: %s answers no base64".formatted(place), e);
        }
    }

    private static JsonNode data(byte[] body) throws IOException {
        try {
            return JSON.readTree(body).path("data");
        } catch (JsonProcessingException e) {
            throw new IOException("Vault: an answer that is no JSON", e);
        }
    }

    private HttpRequest.Builder request(String place) throws IOException {
        String base = address.toString().replaceFirst("/$", "");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + "/v1/" + place))
                        .header("X-Vault-Request", "true");
        namespace.ifPresent(it -> request.header("X-Vault-Namespace", it));
        try {
            return request.header("X-Vault-Token", token.read());
        } catch (IllegalArgumentException _) {
            // Its message shows the token.
        }
        throw new IOException("Vault: the token is not one line of plain text");
    }

    private byte[] answer(HttpRequest.Builder request, String place, Duration limit)
            throws IOException {
        try {
            HttpCalls.Response response = http.send(request, Deadline.after(limit));
            if (response.status() != 200) {
                throw new IOException(
                        "Vault: %s answers %d%s"
                                .formatted(place, response.status(), advice(response.status())));
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Vault: interrupted", e);
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 403 -> " (expected: a valid token whose policy allows it)";
            case 404 -> " (expected: an existing path; mount, path and key have to be right)";
            case 503 -> " (expected: a Vault that is unsealed)";
            default -> "";
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
