// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.identity.http.HttpCalls;
import io.countersign.protocol.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Fetches a key set from where it is said to be, or from where the issuer's discovery document says
 * (OpenID Connect Discovery 1.0, section 4). Thread-safe.
 */
final class KeyFetch implements AutoCloseable {
    /** For both documents together. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpCalls http;
    private final String issuer;
    private final Optional<URI> place;
    private final Supplier<Optional<String>> bearer;

    /**
     * @param place empty: ask the discovery document
     * @param bearer shown to the server that has the keys, if it wants one
     */
    KeyFetch(
            HttpCalls http, String issuer, Optional<URI> place, Supplier<Optional<String>> bearer) {
        this.http = http;
        this.issuer = issuer;
        this.place = place;
        this.bearer = bearer;
    }

    KeySet fetch(Deadline deadline) throws IOException, InterruptedException {
        URI keys = place.isPresent() ? place.get() : discovered(deadline);
        try {
            return KeySet.parse(get(keys, deadline));
        } catch (ParseException e) {
            throw new IOException("the key set cannot be read", e);
        }
    }

    private URI discovered(Deadline deadline) throws IOException, InterruptedException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonNode document = JSON.readTree(get(URI.create(base + WELL_KNOWN), deadline));
        if (!document.path("issuer").asText().equals(issuer)) {
            throw new IOException("the discovery document is of another issuer");
        }
        return secured(document.path("jwks_uri").asText());
    }

    private static URI secured(String text) throws IOException {
        try {
            URI uri = URI.create(text);
            boolean isHere = uri.getHost() != null && LOOPBACK.contains(uri.getHost());
            if ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere)) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // The same to the reader.
        }
        throw new IOException("the discovery document has no https:// jwks_uri");
    }

    private String get(URI place, Deadline deadline) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(place).header("Accept", "application/json").GET();
        bearer.get().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpCalls.Response response = http.send(request, deadline);
        if (response.status() != 200) {
            throw new IOException(place.getPath() + " answers " + response.status());
        }
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
