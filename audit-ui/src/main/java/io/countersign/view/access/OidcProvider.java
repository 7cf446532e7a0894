// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What we ask a provider over HTTP: where it is, its keys, and tokens for a code. Thread-safe. */
final class OidcProvider {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final int LARGEST = 256 * 1024;

    private final OidcSettings settings;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    @GuardedBy("this")
    private @Nullable Known known;

    /** What the provider said about itself, and when. */
    record Known(URI authorize, URI token, JWKSet keys, Instant at) {}

    OidcProvider(OidcSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** From memory, or asked for when it is old. */
    synchronized Known known() throws OidcRefused, InterruptedException {
        Known held = known;
        if (held != null && held.at().plus(KEPT).isAfter(clock.instant())) {
            return held;
        }
        return ask();
    }

    /** Asked anew, for a key that we do not have; not more than every half minute. */
    synchronized Known again() throws OidcRefused, InterruptedException {
        Known held = known;
        if (held != null && held.at().plus(AGAIN).isAfter(clock.instant())) {
            return held;
        }
        return ask();
    }

    @GuardedBy("this")
    private Known ask() throws OidcRefused, InterruptedException {
        String base = settings.issuer().toString();
        URI discovery = URI.create(base.replaceAll("/$", "") + "/.well-known/openid-configuration");
        try {
            Map<String, Object> said =
                    JSONObjectUtils.parse(send(HttpRequest.newBuilder(discovery)));
            if (!base.equals(JSONObjectUtils.getString(said, "issuer"))) {
                throw new OidcRefused("The provider says that it is another issuer.");
            }
            JWKSet keys =
                    JWKSet.parse(
                            send(HttpRequest.newBuilder(JSONObjectUtils.getURI(said, "jwks_uri"))));
            Known now =
                    new Known(
                            JSONObjectUtils.getURI(said, "authorization_endpoint"),
                            JSONObjectUtils.getURI(said, "token_endpoint"),
                            keys,
                            clock.instant());
            known = now;
            return now;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            throw new OidcRefused("The provider does not answer as it should.", e);
        }
    }

    /** The ID token for a code. */
    String idToken(String code, String verifier) throws OidcRefused, InterruptedException {
        Map<String, String> form =
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        settings.redirect().toString(),
                        "client_id",
                        settings.clientId(),
                        "code_verifier",
                        verifier);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(known().token())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
        Optional<String> secret = settings.secret();
        if (secret.isPresent()) {
            String both = form(settings.clientId()) + ":" + form(secret.get());
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            String token =
                    JSONObjectUtils.getString(JSONObjectUtils.parse(send(request)), "id_token");
            if (token == null) {
                throw new OidcRefused("The provider gave no ID token.");
            }
            return token;
        } catch (IOException | ParseException e) {
            throw new OidcRefused("The provider did not take the code.", e);
        }
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        request.header("Accept", "application/json").timeout(PATIENCE).build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofString(), LARGEST));
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + ": status " + answer.statusCode());
        }
        return answer.body();
    }

    static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(e -> form(e.getKey()) + "=" + form(e.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
