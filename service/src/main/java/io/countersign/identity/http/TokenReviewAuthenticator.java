// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import io.countersign.identity.Question;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.identity.ServiceAccount;
import io.countersign.identity.TokenPlace;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * Asks a Kubernetes API server about service-account tokens (TokenReview). It is asked about tokens
 * that look like one, for our audiences; its answer must name one of them, because servers that do
 * not know audiences leave them out. Thread-safe.
 */
public final class TokenReviewAuthenticator implements Backend {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String POD = "authentication.kubernetes.io/pod-name";
    private static final String NODE = "authentication.kubernetes.io/node-name";

    private final String source;
    private final URI place;
    private final Supplier<String> ourToken;
    private final Set<String> audiences;
    private final List<TokenPlace> from;
    private final HttpCalls http;
    private final CredentialFingerprints fingerprints;

    /**
     * @param ourToken read for each question, because Kubernetes changes it every hour
     */
    public TokenReviewAuthenticator(
            String source,
            URI apiServer,
            Supplier<String> ourToken,
            Set<String> audiences,
            List<TokenPlace> from,
            HttpCalls http,
            CredentialFingerprints fingerprints) {
        this.source = source;
        this.place = apiServer.resolve(PATH);
        this.ourToken = ourToken;
        this.audiences = Set.copyOf(audiences);
        this.from = List.copyOf(from);
        this.http = http;
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return TokenPlace.texts(from, request).stream()
                .filter(text ->
                        ServiceAccount.of(unverified(text).path("sub").asText()).isPresent())
                .findFirst()
                .map(text -> new Question(new Credential.Token(Secret.of(text))));
    }

    /** The claims of a JWT; nothing of it is believed before the server has said yes. */
    private static JsonNode unverified(String token) {
        String[] parts = token.split("\\.", -1);
        try {
            return parts.length == 3 && token.startsWith("eyJ")
                    ? JSON.readTree(Base64.getUrlDecoder().decode(parts[1]))
                    : JSON.missingNode();
        } catch (IllegalArgumentException | IOException notAJwt) {
            return JSON.missingNode();
        }
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        if (!(question.credential() instanceof Credential.Token(Secret secret))) {
            throw new IllegalArgumentException("question: " + question + " (expected: a token)");
        }
        String token = new String(secret.bytes(), StandardCharsets.UTF_8);
        try {
            HttpCalls.Response response = http.send(request(token), deadline);
            if (response.status() != 200 && response.status() != 201) {
                return new Unavailable(source, "the API server answers " + response.status());
            }
            return judge(
                    JSON.readTree(response.body()).path("status"),
                    unverified(token),
                    fingerprints.of(question.credential()),
                    now);
        } catch (IOException | UncheckedIOException e) {
            return new Unavailable(source, "the API server: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable(source, "interrupted");
        }
    }

    private HttpRequest.Builder request(String token) throws IOException {
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
        ObjectNode spec = review.putObject("spec").put("token", token);
        audiences.forEach(spec.putArray("audiences")::add);
        return HttpRequest.newBuilder(place)
                .header("Authorization", "Bearer " + ourToken.get())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(review)));
    }

    private Authentication judge(JsonNode status, JsonNode claims, CredentialRef ref, Instant now) {
        if (!status.isObject()) {
            return new Unavailable(source, "the API server's answer is no review");
        }
        if (!status.path("authenticated").asBoolean()) {
            Optional<Instant> ended = end(claims).filter(it -> !it.isAfter(now));
            return new Rejected(
                    ended.isPresent() ? Rejection.EXPIRED_CREDENTIAL : Rejection.BAD_CREDENTIAL,
                    ref,
                    "token: the API server does not accept it");
        }
        if (texts(status.path("audiences")).stream().noneMatch(audiences::contains)) {
            return bad(ref, "token: for another audience");
        }
        JsonNode user = status.path("user");
        Optional<ServiceAccount> account = ServiceAccount.of(user.path("username").asText());
        Optional<Instant> end = end(claims);
        if (account.isEmpty()) {
            return bad(ref, "token: not of a service account");
        }
        if (end.filter(it -> !it.isAfter(now)).isPresent()) {
            return new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "token: expired");
        }
        return new Authenticated(
                new Identity(
                        new Principal(source, account.get().principal()),
                        ref,
                        new HashSet<>(texts(user.path("groups"))),
                        account.get()
                                .attributes(
                                        texts(user.path("extra").path(POD)),
                                        texts(user.path("extra").path(NODE))),
                        end,
                        new Origin(
                                claims.path("jti").asText(),
                                claims.path("iss").asText(),
                                "",
                                time(claims.path("iat")))));
    }

    /** The server has checked the signature by then. */
    private static Optional<Instant> end(JsonNode claims) {
        return time(claims.path("exp"));
    }

    private static Optional<Instant> time(JsonNode seconds) {
        return seconds.isNumber()
                ? Optional.of(Instant.ofEpochSecond(seconds.asLong()))
                : Optional.empty();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }

    @Override
    public void close() {
        http.close();
    }
}
