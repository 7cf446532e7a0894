// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static io.countersign.protocol.Token.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signed answers, yes and no. */
class AnswerJwtTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);
    private static final Signer ISSUER = Keys.signer(NKeyType.ACCOUNT, 2);
    private static final Signer SIGNING_KEY = Keys.signer(NKeyType.ACCOUNT, 3);
    private static final byte[] USER_JWT = "e30.e30.c2ln".getBytes(StandardCharsets.US_ASCII);

    private final VerifiedRequest request = request();

    // Items 39, 40, 41, 42.
    @Test
    void yes_is_for_the_server_and_the_user_that_asked() {
        byte[] token = AnswerJwt.allow(request, USER_JWT, ISSUER, Optional.empty(), NOW, 0);

        assertGolden(token, "answer-allow");
        JsonNode claims = Token.claims(token);
        assertThat(claims.path("sub").asText()).isEqualTo(request.userKey().text());
        assertThat(claims.path("aud").asText()).isEqualTo(request.server().id().text());
        assertThat(claims.path("iss").asText()).isEqualTo(ISSUER.key().text());
        assertThat(claims.at("/nats/jwt").asText()).isEqualTo("e30.e30.c2ln");
        assertThat(claims.path("nats").has("error")).isFalse();
    }

    // Items 40, 41.
    @Test
    void no_is_for_the_server_and_the_user_that_asked() {
        byte[] token = AnswerJwt.deny(request, "no-rule 0192", ISSUER, Optional.empty(), NOW, 0);

        assertGolden(token, "answer-deny");
        JsonNode claims = Token.claims(token);
        assertThat(claims.path("sub").asText()).isEqualTo(request.userKey().text());
        assertThat(claims.path("aud").asText()).isEqualTo(request.server().id().text());
        assertThat(claims.at("/nats/error").asText()).isEqualTo("no-rule 0192");
        assertThat(claims.path("nats").has("jwt")).isFalse();
    }

    // Item 43.
    @Test
    void answer_of_a_signing_key_names_the_callout_account() {
        byte[] token = AnswerJwt.deny(request, "x", SIGNING_KEY, Optional.of(ISSUER.key()), NOW, 0);

        assertThat(Token.claims(token).at("/nats/issuer_account").asText())
                .isEqualTo(ISSUER.key().text());
    }

    // Item 44.
    @ParameterizedTest
    @ValueSource(strings = {"100% sure", "a\r\nb", "naïve", "\u0000", "😀", "%s%n"})
    void error_is_plain_ascii_without_format_characters(String error) {
        String written = error(error);

        assertThat(written).matches("[ -~]+").doesNotContain("%");
    }

    // Item 44.
    @Test
    void error_is_short() {
        assertThat(error("x".repeat(10_000))).hasSize(200);
    }

    // Item 41: neither user nor error would be an invalid answer.
    @Test
    void error_is_never_empty() {
        assertThat(error("")).isEqualTo("refused");
        assertThat(error("  ")).isEqualTo("refused");
    }

    // Item 45.
    @Test
    void answer_has_the_real_time_and_neither_nbf_nor_exp() {
        JsonNode claims =
                Token.claims(
                        AnswerJwt.deny(
                                request, "x", ISSUER, Optional.empty(), NOW.plusMillis(700), 0));

        assertThat(claims.path("iat").isIntegralNumber()).isTrue();
        assertThat(claims.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.has("nbf")).isFalse();
        assertThat(claims.has("exp")).isFalse();
    }

    @Test
    void user_jwt_that_is_no_token_is_refused() {
        for (String token : List.of("", "a\"b", "a\\b", "a\nb", "é")) {
            byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(
                            () -> AnswerJwt.allow(request, bytes, ISSUER, Optional.empty(), NOW, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void room_that_an_envelope_needs_is_left_in_front() {
        byte[] token = AnswerJwt.deny(request, "no-rule", ISSUER, Optional.empty(), NOW, 0);

        byte[] behind = AnswerJwt.deny(request, "no-rule", ISSUER, Optional.empty(), NOW, 44);

        assertThat(Arrays.copyOf(behind, 44)).containsOnly(0);
        assertThat(Arrays.copyOfRange(behind, 44, behind.length)).isEqualTo(token);
    }

    @Test
    void signer_that_is_no_account_is_refused() {
        Signer operator = Keys.signer(NKeyType.OPERATOR, 1);

        assertThatThrownBy(() -> AnswerJwt.deny(request, "x", operator, Optional.empty(), NOW, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String error(String error) {
        return Token.claims(AnswerJwt.deny(request, error, ISSUER, Optional.empty(), NOW, 0))
                .at("/nats/error")
                .asText();
    }

    private static VerifiedRequest request() {
        NKey server = Keys.key(NKeyType.SERVER, 4);
        return new VerifiedRequest(
                new ServerId(server, "east", "", "2.15.1", "", List.of(), Optional.empty()),
                Keys.key(NKeyType.USER, 5),
                ISSUER.key().text(),
                new ClientInfo("", 1, "", "", List.of(), "", "Client", "nats", "", ""),
                new ConnectOptions("", "", "", "", "", "", "", "", "", 1),
                Optional.empty(),
                NOW,
                NOW.plusSeconds(2));
    }
}
