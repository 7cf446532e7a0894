// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.ExpiryContract;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Io;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a webhook that is written after the documentation alone, with the JDK's HMAC. */
class WebhookAuthenticatorTest extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private static final byte[] KEY = "0123456789abcdef0123".getBytes(StandardCharsets.UTF_8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private volatile Function<JsonNode, String> service = WebhookAuthenticatorTest::service;
    private volatile boolean isSigned = true;
    private volatile int status = 200;
    private final HttpStub stub = HttpStub.start(this::answer);
    private final HttpStub deaf = HttpStub.start(this::answer).hang();
    private final WebhookAuthenticator authenticator = authenticator(stub.url(), false);

    private static WebhookAuthenticator authenticator(String url, boolean retries) {
        return new WebhookAuthenticator(
                "hook",
                URI.create(url + "/authenticate"),
                KeyedHash.of(KEY),
                Set.of(CredentialKind.PASSWORD, CredentialKind.TOKEN),
                retries,
                new HttpCalls(Optional.empty()),
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    private static String hmac(String head, byte[] body) {
        return Io.get(() -> {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.write(head.getBytes(StandardCharsets.UTF_8));
                all.write(body);
                return "v1=" + HexFormat.of().formatHex(mac.doFinal(all.toByteArray()));
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private HttpStub.Answer answer(HttpStub.Asked asked) {
        String id = asked.header().apply("Countersign-Id");
        String time = asked.header().apply("Countersign-Time");
        String head = "v1\nquestion\n" + time + "\n" + id + "\n";
        if (!asked.header().apply("Countersign-Signature").equals(hmac(head, asked.body()))) {
            return HttpStub.Answer.json(401, "{}");
        }
        JsonNode question = Io.get(() -> JSON.readTree(asked.body()));
        byte[] body = service.apply(question).getBytes(StandardCharsets.UTF_8);
        String signature = isSigned ? hmac("v1\nanswer\n\n" + id + "\n", body) : "v1=00";
        return new HttpStub.Answer(status, body, Map.of("Countersign-Signature", signature));
    }

    private static String service(JsonNode question) {
        JsonNode credential = question.path("credential");
        if (!credential.path("kind").asText().equals("password")
                || credential.path("user").asText().equals("nobody")) {
            return "{\"answer\":\"not-mine\"}";
        }
        if (!credential.path("password").asText().equals("correct horse")) {
            return "{\"answer\":\"rejected\",\"reason\":\"bad-credential\"}";
        }
        return "{\"answer\":\"authenticated\",\"name\":\"ann\",\"groups\":[\"ops\"],"
                + "\"attributes\":{\"team\":[\"billing\"],\"floor\":\"3\"},"
                + "\"expires\":\"2026-01-01T01:00:00Z\"}";
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
        return Requests.server().password("ann", "correct horse");
    }

    @Override
    protected Requests forged() {
        return Requests.server().password("ann", "a wrong one");
    }

    @Override
    protected Requests foreign() {
        return Requests.server().token("a token");
    }

    @Override
    protected List<String> secrets() {
        return List.of("correct horse", "a wrong one");
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
        return authenticator(deaf.url(), true);
    }

    @Override
    public Authenticator down() {
        HttpStub gone = HttpStub.start(this::answer);
        gone.close();
        return authenticator(gone.url(), false);
    }

    @Test
    void authenticate_yes_tellsWhatItSaid() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("hook:ann");
                    assertThat(yes.identity().groups()).containsExactly("ops");
                    assertThat(yes.identity().attributes())
                            .isEqualTo(Map.of("team", List.of("billing"), "floor", List.of("3")));
                });
    }

    @Test
    void question_saysWhoAsksFromWhere() {
        service =
                question -> {
                    assertThat(question.path("version").asInt()).isEqualTo(1);
                    assertThat(question.path("source").asText()).isEqualTo("hook");
                    assertThat(question.path("client").path("address").asText())
                            .isEqualTo("10.0.0.7");
                    assertThat(question.path("client").path("mqtt-id").asText())
                            .isEqualTo("meter-1");
                    assertThat(question.path("server").path("name").asText()).isEqualTo("east-1");
                    return service(question);
                };

        assertThat(ask(good().address("10.0.0.7").mqtt("meter-1")))
                .isInstanceOf(Authenticated.class);
    }

    /** Whoever sits in between cannot make a yes of a no, nor play an old yes again. */
    @Test
    void authenticate_answerThatIsNotSigned_isUnavailable() {
        isSigned = false;

        assertThat(ask(good())).isInstanceOf(Unavailable.class);
    }

    @Test
    void authenticate_answerThatCannotBeUnderstood_isUnavailable() {
        for (String answer :
                List.of(
                        "",
                        "nonsense",
                        "{}",
                        "{\"answer\":\"yes\"}",
                        "{\"answer\":\"authenticated\"}",
                        "{\"answer\":\"authenticated\",\"name\":\"\"}",
                        "{\"answer\":\"authenticated\",\"name\":7}",
                        "{\"answer\":\"authenticated\",\"name\":\"a\",\"groups\":{\"x\":1}}",
                        "{\"answer\":\"authenticated\",\"name\":\"a\",\"groups\":[1]}",
                        "{\"answer\":\"authenticated\",\"name\":\"a\",\"expires\":\"soon\"}",
                        "{\"answer\":\"rejected\",\"reason\":\"whatever\"}",
                        "{\"answer\":\"authenticated\",\"name\":\"" + "a".repeat(300) + "\"}")) {
            service = _ -> answer;
            assertThat(ask(good())).as(answer).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void authenticate_errorOfTheService_isUnavailableAndNotAskedAgain() {
        status = 500;

        assertThat(ask(good())).isInstanceOf(Unavailable.class);
        assertThat(stub.requests()).isEqualTo(1);
    }

    /** It may count attempts: what it has taken is not asked twice unless somebody says so. */
    @Test
    void authenticate_answerLost_isAskedAgainOnlyWhereThatIsSaid() {
        stub.lose(1);
        assertThat(ask(good())).isInstanceOf(Unavailable.class);
        assertThat(stub.requests()).isEqualTo(1);

        WebhookAuthenticator patient = authenticator(stub.url(), true);
        stub.lose(1);
        assertThat(ask(patient)).isInstanceOf(Authenticated.class);
        assertThat(stub.requests()).isEqualTo(3);
        stub.lose(2);
        assertThat(ask(patient)).as("once more, not for ever").isInstanceOf(Unavailable.class);
        assertThat(stub.requests()).isEqualTo(5);
        patient.close();
    }

    /** A connection that was kept open and is gone meanwhile looks like a lost answer. */
    @Test
    void authenticate_answerLostOnAKeptConnection_isNotAskedAgainByTheHttpClient() {
        assertThat(ask(good())).isInstanceOf(Authenticated.class);
        stub.lose(1);

        assertThat(ask(good())).isInstanceOf(Unavailable.class);
        assertThat(stub.requests()).isEqualTo(2);
    }

    private Authentication ask(WebhookAuthenticator of) {
        return of.authenticate(
                good().verified(), Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }

    @Test
    void authenticate_otherReasons_arePassedOn() {
        service = _ -> "{\"answer\":\"rejected\",\"reason\":\"address-not-allowed\"}";

        assertThat(ask(good()))
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> assertThat(no.why().name()).isEqualTo("ADDRESS_NOT_ALLOWED"));
        service = _ -> "{\"answer\":\"not-mine\"}";
        Authentication answer = ask(good());
        assertThat(answer).isEqualTo(new NotMine());
    }
}
