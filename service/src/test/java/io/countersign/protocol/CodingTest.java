// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Base64url, JSON and ids against other implementations and the vectors of reference appendix A.
 */
class CodingTest {
    private static final long SEED = 20_261_123;
    private final Random random = new Random(SEED);

    @Test
    void base64url_agrees_with_the_jdk_in_both_directions() throws InvalidJwt {
        for (int length = 1; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            byte[] expected = Base64.getUrlEncoder().withoutPadding().encode(bytes);

            byte[] coded = new byte[Base64Url.encodedLength(length) + 2];
            int end = Base64Url.encode(bytes, length, coded, 1);

            assertThat(Arrays.copyOfRange(coded, 1, end)).isEqualTo(expected);
            assertThat(end).isEqualTo(coded.length - 1);
            assertThat(Base64Url.decode(coded, 1, end, "x")).isEqualTo(bytes);
        }
    }

    /** Two codings of the same bytes would be two tokens for one claim. */
    @Test
    void base64url_has_one_coding_only() {
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[1 + random.nextInt(8)];
            for (int k = 0; k < text.length; k++) {
                text[k] = (byte) "ABQgwxyz0189-_=+/ \n".charAt(random.nextInt(19));
            }
            try {
                byte[] bytes = Base64Url.decode(text, 0, text.length, "x");
                assertThat(Base64.getUrlEncoder().withoutPadding().encode(bytes)).isEqualTo(text);
            } catch (InvalidJwt e) {
                assertThat(e).hasMessageStartingWith("x: not base64url");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AAAAA", "AB", "AAB", "AA==", "AAA=", "A A", "AA\n", "A+AA"})
    void base64url_in_any_other_form_is_refused(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> Base64Url.decode(bytes, 0, bytes.length, "x"))
                .isInstanceOf(InvalidJwt.class);
    }

    @Test
    void json_texts_read_back_equal_by_another_reader() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < 3000; i++) {
            String text = randomText();
            JsonWriter json = new JsonWriter(1);
            json.beginObject().member("a", text).optional("l", List.of(text, text)).endObject();

            assertThat(mapper.readTree(json.toBytes()).path("a").asText())
                    .as("text %d of seed %d", i, SEED)
                    .isEqualTo(text);
            assertThat(mapper.readTree(json.toBytes()).at("/l/1").asText()).isEqualTo(text);
        }
    }

    @Test
    void json_structure_is_written_with_commas_between_members_only() {
        JsonWriter json = new JsonWriter(1);
        json.beginObject().member("n", -5).name("f").flag(true).name("a").beginArray();
        json.text("x").number(Long.MIN_VALUE).beginObject().endObject().endArray();
        json.optional("none", "").optional("none", List.of()).member("z", "");
        json.endObject();

        assertThat(new String(json.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"n\":-5,\"f\":true,\"a\":[\"x\",-9223372036854775808,{}],\"z\":\"\"}");
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int point =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x30);
                        case 1 -> random.nextInt(0x80);
                        case 2 -> random.nextInt(0xd800);
                        default -> 0xe000 + random.nextInt(0x110000 - 0xe000);
                    };
            text.appendCodePoint(point);
        }
        return text.toString();
    }

    // Item 92.
    @Test
    void signature_of_the_appendix_is_read() throws InvalidJwt, InvalidKey {
        String account = "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU";
        String user = "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL";
        String claims =
                "{\"jti\":\"JTI\",\"iat\":1700000000,\"iss\":\"%s\",\"sub\":\"%s\",\"nats\":{\"type\":\"user\",\"version\":2}}"
                        .formatted(account, user);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String token =
                new String(SplitJwt.HEADER, StandardCharsets.US_ASCII)
                        + "."
                        + base64.encodeToString(claims.getBytes(StandardCharsets.US_ASCII))
                        + ".lGa7qaW8IOSEWWCWLMY2cvd8ZC_4DayIw7JeoHVKpepmw3gZ8U3urEua9hltkKOdChCr-ZH_N_ik_HXYlWK6Dg";

        SignedUser read =
                new JwtReader(Keys.ED25519).readUser(token.getBytes(StandardCharsets.US_ASCII));

        assertThat(read.issuer().text()).isEqualTo(account);
        assertThat(read.claims().subject().text()).isEqualTo(user);
        Seed seed =
                Seed.parse(
                        "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q"
                                .getBytes(StandardCharsets.US_ASCII));
        byte[] signed = token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.UTF_8);
        assertThat(base64.encodeToString(Keys.ED25519.signer(seed).sign(signed)))
                .isEqualTo(token.substring(token.lastIndexOf('.') + 1));
    }

    // Item 92.
    @Test
    void id_of_the_appendix_is_computed() {
        byte[] claims =
                "{\"aud\":\"nats-authorization-request\",\"exp\":1700000002,\"iat\":1700000000,\"iss\":\"N\",\"sub\":\"A\"}"
                        .getBytes(StandardCharsets.US_ASCII);

        assertThat(id(claims)).isEqualTo("GGPL3LBRUD7LQCMJJJYA43XDKDNW4YJYGQ6MZ4H7HHTAHDXO7H6Q");
    }

    @Test
    void id_is_hashed_over_the_registered_claims_in_order() {
        Claims claims =
                new Claims(
                        "APP",
                        Optional.of(Instant.ofEpochSecond(9)),
                        Instant.ofEpochSecond(5),
                        Keys.key(NKeyType.ACCOUNT, 1),
                        "alice",
                        "U");
        String iss = "\"iss\":\"" + Keys.key(NKeyType.ACCOUNT, 1);
        String before = "{\"aud\":\"APP\",\"exp\":9,";
        String behind = "\"iat\":5," + iss + "\",\"name\":\"alice\",\"sub\":\"U\"";
        String id = id((before + behind + "}").getBytes(StandardCharsets.US_ASCII));

        byte[] token =
                claims.sign(
                        "user",
                        true,
                        json -> json.member("x", 1),
                        Keys.signer(NKeyType.ACCOUNT, 1));

        String[] parts = new String(token, StandardCharsets.US_ASCII).split("\\.", -1);
        assertThat(Base64.getUrlDecoder().decode(parts[1]))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(
                        before
                                + "\"jti\":\""
                                + id
                                + "\","
                                + behind
                                + ",\"nats\":{\"x\":1,\"type\":\"user\",\"version\":2}}");
    }

    private static String id(byte[] claims) {
        byte[] room = Arrays.copyOf(claims, claims.length + 52);
        Claims.writeId(room, 3, 3, claims.length, claims.length);
        return new String(room, claims.length, 52, StandardCharsets.US_ASCII);
    }
}
