// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.ClaimReader;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import io.countersign.identity.Question;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.identity.TokenPlace;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the issuer of an opaque token what it stands for (RFC 7662). An issuer says only "inactive"
 * of a token that it does not know, and of one that it has ended: whose it is can be told by its
 * prefix alone. With a prefix an inactive token is rejected; without one it is no business of ours.
 * Thread-safe.
 */
public final class IntrospectionAuthenticator implements Backend {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final Settings settings;
    private final HttpCalls http;
    private final CredentialFingerprints fingerprints;

    /**
     * How to ask.
     *
     * @param audiences one of them must be in {@code aud}; empty: any
     * @param from where a client may put its token
     * @param prefix of tokens that are its business; may be empty
     */
    public record Settings(
            URI url,
            String clientId,
            String clientSecret,
            Set<String> audiences,
            List<TokenPlace> from,
            String prefix,
            ClaimMapping claims) {
        public Settings {
            audiences = Set.copyOf(audiences);
            from = List.copyOf(from);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Settings[" + url + "]";
        }
    }

    public IntrospectionAuthenticator(
            String source, Settings settings, HttpCalls http, CredentialFingerprints fingerprints) {
        this.source = source;
        this.settings = settings;
        this.http = http;
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return TokenPlace.texts(settings.from(), request).stream()
                .filter(text -> text.startsWith(settings.prefix()))
                .findFirst()
                .map(text -> new Question(new Credential.Token(Secret.of(text))));
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        if (!(question.credential() instanceof Credential.Token(Secret secret))) {
            throw new IllegalArgumentException("question: " + question + " (expected: a token)");
        }
        CredentialRef ref = fingerprints.of(question.credential());
        try {
            HttpCalls.Response response = http.send(request(secret), deadline);
            if (response.status() != 200) {
                return new Unavailable(source, "the endpoint answers " + response.status());
            }
            Map<String, Object> claims =
                    JSON.readValue(response.body(), new TypeReference<Map<String, Object>>() {});
            return judge(claims, ref, now);
        } catch (IOException e) {
            return new Unavailable(source, "the endpoint: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable(source, "interrupted");
        }
    }

    private HttpRequest.Builder request(Secret token) {
        String login = encoded(settings.clientId()) + ":" + encoded(settings.clientSecret());
        String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        String form =
                "token="
                        + encoded(new String(token.bytes(), StandardCharsets.UTF_8))
                        + "&token_type_hint=access_token";
        return HttpRequest.newBuilder(settings.url())
                .header("Authorization", "Basic " + basic)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Authentication judge(Map<String, Object> claims, CredentialRef ref, Instant now) {
        if (!(claims.get("active") instanceof Boolean isActive)) {
            return new Unavailable(source, "the endpoint does not say whether it is active");
        }
        if (!isActive) {
            return settings.prefix().isEmpty() ? new NotMine() : bad(ref, "token: not active");
        }
        Optional<Instant> end = time(claims.get("exp"));
        if (end.filter(it -> !it.isAfter(now)).isPresent()) {
            return new Rejected(
                    Rejection.EXPIRED_CREDENTIAL, ref, "token: expired at " + end.get());
        }
        if (!settings.audiences().isEmpty() && !isForUs(claims.get("aud"))) {
            return bad(ref, "token: for another audience");
        }
        return switch (settings.claims().read(claims)) {
            case ClaimReader.Reading.Refused(String detail) -> bad(ref, "token: " + detail);
            case ClaimReader.Reading.Read read ->
                    new Authenticated(
                            new Identity(
                                    new Principal(source, read.name()),
                                    ref,
                                    read.groups(),
                                    read.attributes(),
                                    end,
                                    new Origin(
                                            text(claims.get("jti")),
                                            text(claims.get("iss")),
                                            "",
                                            time(claims.get("iat")))));
        };
    }

    private boolean isForUs(@Nullable Object audience) {
        return switch (audience) {
            case String one -> settings.audiences().contains(one);
            case Collection<?> all -> all.stream().anyMatch(settings.audiences()::contains);
            case null, default -> false;
        };
    }

    private static Optional<Instant> time(@Nullable Object seconds) {
        return seconds instanceof Number number
                ? Optional.of(Instant.ofEpochSecond(number.longValue()))
                : Optional.empty();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }

    @Override
    public void close() {
        http.close();
    }
}
