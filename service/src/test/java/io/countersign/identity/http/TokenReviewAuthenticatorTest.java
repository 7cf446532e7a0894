// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.ExpiryContract;
import io.countersign.identity.TokenPlace;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Io;
import io.countersign.kit.Requests;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With answers as a Kubernetes 1.33 API server gives them (tokenreview-*.json). */
class TokenReviewAuthenticatorTest extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GOOD = jwt("system:serviceaccount:prod:orders", "c2ln");
    private static final String FORGED = jwt("system:serviceaccount:prod:orders", "Zm9y");
    private static final String OURS = "our-own-service-account-token";

    private volatile String recorded = "tokenreview-authenticated.json";
    private final HttpStub stub = HttpStub.start(this::answer);
    private final HttpStub deaf = HttpStub.start(this::answer).hang();
    private final TokenReviewAuthenticator authenticator = authenticator(stub.url());

    private static TokenReviewAuthenticator authenticator(String url) {
        return new TokenReviewAuthenticator(
                "pods",
                URI.create(url),
                () -> OURS,
                Set.of("nats"),
                List.of(TokenPlace.values()),
                new HttpCalls(Optional.empty()),
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    private static String jwt(String subject, String signature) {
        String claims =
                "{\"iss\":\"https://kubernetes.default.svc\",\"sub\":\"%s\",\"exp\":%d,\"iat\":%d}"
                        .formatted(
                                subject,
                                Requests.NOW.plusSeconds(3600).getEpochSecond(),
                                Requests.NOW.getEpochSecond());
        return "eyJhbGciOiJSUzI1NiJ9."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + "."
                + signature;
    }

    private HttpStub.Answer answer(HttpStub.Asked asked) {
        if (!asked.header().apply("Authorization").equals("Bearer " + OURS)) {
            return HttpStub.Answer.json(401, recorded("tokenreview-unauthorized.json"));
        }
        JsonNode review = Io.get(() -> JSON.readTree(asked.body()));
        assertThat(asked.path()).isEqualTo("/apis/authentication.k8s.io/v1/tokenreviews");
        assertThat(review.path("spec").path("audiences").get(0).asText()).isEqualTo("nats");
        boolean isGood = review.path("spec").path("token").asText().equals(GOOD);
        return HttpStub.Answer.json(201, recorded(isGood ? recorded : "tokenreview-refused.json"));
    }

    private static String recorded(String name) {
        return Io.get(() -> {
            try (var in = TokenReviewAuthenticatorTest.class.getResourceAsStream(name)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    @AfterEach
    void close() {
        authenticator.close();
        stub.close();
        deaf.close();
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Requests good() {
        return Requests.server().token(GOOD);
    }

    @Override
    protected Requests forged() {
        return Requests.server().token(FORGED);
    }

    @Override
    protected Requests foreign() {
        return Requests.server().token(jwt("ann", "c2ln"));
    }

    @Override
    protected List<String> secrets() {
        return List.of(GOOD, FORGED, OURS);
    }

    @Override
    public Requests ending() {
        return good();
    }

    @Override
    public Instant end() {
        return Requests.NOW.plusSeconds(3600);
    }

    @Override
    public Authenticator hanging() {
        return authenticator(deaf.url());
    }

    @Override
    public Authenticator down() {
        HttpStub gone = HttpStub.start(this::answer);
        gone.close();
        return authenticator(gone.url());
    }

    @Test
    void authenticate_acceptedToken_tellsTheServiceAccount() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("pods:prod/orders");
                    assertThat(yes.identity().groups()).contains("system:serviceaccounts:prod");
                    assertThat(yes.identity().attributes())
                            .isEqualTo(
                                    Map.of(
                                            "namespace", List.of("prod"),
                                            "service-account", List.of("orders"),
                                            "pod", List.of("orders-7c9d8-x2x4z"),
                                            "node", List.of("node-1")));
                });
    }

    /** A server that does not know audiences leaves them out, and means any. */
    @Test
    void authenticate_acceptedForAnotherAudience_isRejected() {
        recorded = "tokenreview-other-audience.json";

        assertThat(ask(good())).isInstanceOf(Rejected.class);
    }

    @Test
    void authenticate_answerThatIsNoReview_isUnavailable() {
        recorded = "tokenreview-unauthorized.json";

        assertThat(ask(good())).isInstanceOf(Unavailable.class);
    }
}
