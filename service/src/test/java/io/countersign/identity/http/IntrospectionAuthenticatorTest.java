// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.ExpiryContract;
import io.countersign.identity.TokenPlace;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntrospectionAuthenticatorTest extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private static final String GOOD = "at_good+/token";
    private static final String ENDED = "at_ended";

    private volatile String answer = "";
    private final HttpStub stub = HttpStub.start(this::answer);
    private final HttpStub deaf = HttpStub.start(this::answer).hang();
    private final IntrospectionAuthenticator authenticator = authenticator(stub.url(), "at_");

    private static IntrospectionAuthenticator authenticator(String url, String prefix) {
        return new IntrospectionAuthenticator(
                "opaque",
                new IntrospectionAuthenticator.Settings(
                        URI.create(url + "/introspect"),
                        "countersign",
                        "client secret",
                        Set.of("nats"),
                        List.of(TokenPlace.TOKEN),
                        prefix,
                        new ClaimMapping(
                                "username", "scope", Map.of("client", "client_id"), Map.of())),
                new HttpCalls(Optional.empty()),
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    /** RFC 7662, 2.2; the client logs in as RFC 6749, 2.3.1 says. */
    private HttpStub.Answer answer(HttpStub.Asked asked) {
        String basic =
                Base64.getEncoder()
                        .encodeToString(
                                "countersign:client+secret".getBytes(StandardCharsets.UTF_8));
        if (!asked.header().apply("Authorization").equals("Basic " + basic)) {
            return HttpStub.Answer.json(401, "{}");
        }
        if (!answer.isEmpty()) {
            return HttpStub.Answer.json(200, answer);
        }
        String form = new String(asked.body(), StandardCharsets.UTF_8);
        String token =
                URLDecoder.decode(
                        form.replaceFirst("^token=([^&]*)&.*", "$1"), StandardCharsets.UTF_8);
        return HttpStub.Answer.json(
                200,
                token.equals(GOOD)
                        ? "{\"active\":true,\"username\":\"ann\",\"scope\":\"ops dev\","
                                + "\"client_id\":\"cli\",\"aud\":[\"x\",\"nats\"],\"jti\":\"j\","
                                + "\"exp\":"
                                + Requests.NOW.plusSeconds(60).getEpochSecond()
                                + "}"
                        : "{\"active\":false}");
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
        return Requests.server().token(ENDED);
    }

    @Override
    protected Requests foreign() {
        return Requests.server().token("somebody else's");
    }

    @Override
    protected List<String> secrets() {
        return List.of(GOOD, ENDED, "client secret");
    }

    @Override
    public Requests ending() {
        return good();
    }

    @Override
    public Instant end() {
        return Requests.NOW.plusSeconds(60);
    }

    @Override
    public Authenticator hanging() {
        return authenticator(deaf.url(), "at_");
    }

    @Override
    public Authenticator down() {
        HttpStub gone = HttpStub.start(this::answer);
        gone.close();
        return authenticator(gone.url(), "at_");
    }

    @Test
    void authenticate_activeToken_tellsWhatItStandsFor() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("opaque:ann");
                    assertThat(yes.identity().groups()).containsExactlyInAnyOrder("ops", "dev");
                    assertThat(yes.identity().origin().tokenId()).isEqualTo("j");
                });
    }

    /** Then it may be somebody else's: an endpoint does not tell. */
    @Test
    void authenticate_inactiveTokenWithoutAPrefix_isNotMine() {
        try (IntrospectionAuthenticator any = authenticator(stub.url(), "")) {
            assertThat(
                            any.authenticate(
                                    Requests.server().token("unknown").verified(),
                                    Requests.NOW,
                                    Deadline.after(Duration.ofSeconds(30))))
                    .isEqualTo(new NotMine());
        }
    }

    @Test
    void authenticate_answersThatAreNone_areUnavailable() {
        for (String odd : List.of("nonsense", "[]", "{}", "{\"active\":\"true\"}")) {
            answer = odd;
            assertThat(ask(good())).as(odd).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void authenticate_activeTokenForOthersOrWithoutName_isRejected() {
        answer = "{\"active\":true,\"username\":\"ann\",\"aud\":\"other\"}";
        assertThat(ask(good())).isInstanceOf(Rejected.class);
        answer = "{\"active\":true,\"aud\":\"nats\"}";
        assertThat(ask(good())).isInstanceOf(Rejected.class);
    }
}
