// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.Requests;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no JWT as servers write them, or signed by the wrong key: dropped. */
class RequestFormTest {
    private static final String HEADER = "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}";

    /** Order of the Ed25519 group. */
    private static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final RequestVerifier verifier =
            new RequestVerifier(Keys.ED25519, Set.of(), Duration.ZERO);
    private final Requests server = Requests.server();

    // Items 4, 5.
    @Test
    void empty_tiny_and_random_payloads_are_refused() {
        refused(new byte[0]);
        refused(new byte[3]);
        refused(ascii("..."));
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            refused(bytes);
        }
    }

    // Item 6.
    @Test
    void other_than_three_parts_or_an_empty_part_is_refused() {
        String[] parts = parts();
        refused(parts[0] + "." + parts[1]);
        refused(parts[0] + "." + parts[1] + "." + parts[2] + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + "." + parts[2] + ".");
        refused("." + parts[1] + "." + parts[2]);
        refused(parts[0] + ".." + parts[2]);
        refused(parts[0] + "." + parts[1] + ".");
    }

    // Item 7.
    @Test
    void padding_standard_alphabet_and_white_space_are_refused() {
        String[] parts = parts();
        refused(parts[0] + "=." + parts[1] + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + "=." + parts[2]);
        refused(parts[0] + "." + parts[1] + "." + parts[2] + "==");
        refused(parts[0] + "." + parts[1] + "." + parts[2] + "\n");
        refused(" " + parts[0] + "." + parts[1] + "." + parts[2]);
        refused(parts[0] + "." + parts[1].replaceFirst("(.{20})", "$1\r\n") + "." + parts[2]);
        refused(parts[0] + "." + parts[1].replaceFirst("(.{20})", "$1+") + "." + parts[2]);
        refused(parts[0] + "." + parts[1].replaceFirst("(.{20})", "$1/") + "." + parts[2]);
    }

    @Test
    void trailing_bits_that_are_not_zero_are_refused() {
        byte[] token = server.clear();
        token[token.length - 1]++; // 64 bytes end in two characters with four spare bits
        refused(token);
    }

    // Item 8.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"typ\":\"JWT\",\"alg\":\"none\"}",
                "{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
                "{\"typ\":\"JWT\",\"alg\":\"EdDSA\"}",
                "{\"typ\":\"JWT\",\"alg\":\"ed25519\"}",
                "{\"typ\":\"JWT\",\"alg\":\"ED25519-NKEY\"}",
                "{\"typ\":\"JWT\"}",
                "{\"alg\":\"ed25519-nkey\"}",
                "{\"typ\":\"jwt\",\"alg\":\"ed25519-nkey\"}",
                "{\"typ\":1,\"alg\":\"ed25519-nkey\"}",
                "{\"typ\":\"JWT\",\"alg\":\"none\",\"alg\":\"ed25519-nkey\"}",
                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}{}",
                "{}",
                "[]",
                "[\"JWT\",\"ed25519-nkey\"]",
                "null",
                "JWT",
                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\""
            })
    void header_other_than_ours_is_refused(String header) {
        refused(server.sign(ascii(header), ascii(claims())));
    }

    @Test
    void header_with_further_fields_in_another_order_is_accepted() throws BadRequest {
        String header = "{ \"alg\":\"ed25519-nkey\", \"kid\":\"x\", \"typ\":\"JWT\" }";

        verifier.verify(
                server.sign(ascii(header), ascii(claims())), Optional.empty(), Requests.NOW);
    }

    @Test
    void header_of_many_bytes_is_refused() {
        String header =
                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\",\"x\":\"" + "y".repeat(2000) + "\"}";

        refused(server.sign(ascii(header), ascii(claims())));
    }

    // Item 9.
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1", "null", "[]", "\"\"", "{", "{\"iss\"}", "{}", "{} {}"})
    void claims_that_are_no_object_are_refused(String claims) {
        refused(server.sign(ascii(HEADER), ascii(claims)));
    }

    // Item 9.
    @Test
    void duplicate_names_are_refused_at_every_level() {
        for (String member :
                List.of("iss:\"x\"", "nats:{}", "user_nkey:\"x\"", "host:\"x\"", "protocol:0")) {
            int colon = member.indexOf(':');
            String name = "\"" + member.substring(0, colon) + "\":";
            String value = member.substring(colon + 1);
            String twice = claims().replaceFirst(name, name + value + "," + name);
            refused(server.sign(ascii(HEADER), ascii(twice)), "duplicate");
        }
        String unknown = claims().replaceFirst("\\{", "{\"x\":1,\"y\":2,\"z\":3,\"x\":4,");
        refused(server.sign(ascii(HEADER), ascii(unknown)), "duplicate");
    }

    // Item 9.
    @Test
    void depth_of_ten_thousand_is_refused() {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        refused(
                server.sign(
                        ascii(HEADER),
                        ascii(claims().replaceFirst("\\{", "{\"x\":" + deep + ","))));
        String objects = "{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000);
        refused(server.sign(ascii(HEADER), ascii(objects)));
    }

    // Item 9.
    @Test
    void two_mebibytes_and_a_hundred_thousand_names_are_refused() {
        refused(new byte[2 << 20], "token");
        refused("a." + "a".repeat(1 << 20) + ".a", "token");
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; i < 60_000; i++) {
            names.append('"').append(i).append("\":0,");
        }
        refused(server.sign(ascii(HEADER), ascii(claims().replaceFirst("\\{", names.toString()))));
    }

    @Test
    void number_of_a_thousand_digits_is_refused() {
        String digits = "1".repeat(1000);
        refused(
                server.sign(
                        ascii(HEADER),
                        ascii(claims().replaceFirst("\\{", "{\"x\":" + digits + ","))));
    }

    // Item 10.
    @Test
    void every_flipped_bit_of_the_signature_is_refused() {
        byte[] token = server.clear();
        int dot = new String(token, StandardCharsets.US_ASCII).lastIndexOf('.');
        byte[] signature =
                Base64.getUrlDecoder().decode(Arrays.copyOfRange(token, dot + 1, token.length));
        for (int bit = 0; bit < signature.length * 8; bit += 3) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            refused(withSignature(token, flipped), "signature");
        }
    }

    // Item 10.
    @Test
    void signature_of_another_length_is_refused() {
        byte[] token = server.clear();
        refused(withSignature(token, new byte[63]), "signature");
        refused(withSignature(token, new byte[65]), "signature");
        refused(withSignature(token, new byte[1]), "signature");
    }

    // Item 10.
    @Test
    void malleated_signature_is_refused() {
        byte[] token = server.clear();
        int dot = new String(token, StandardCharsets.US_ASCII).lastIndexOf('.');
        byte[] signature =
                Base64.getUrlDecoder().decode(Arrays.copyOfRange(token, dot + 1, token.length));
        BigInteger s = littleEndian(Arrays.copyOfRange(signature, 32, 64)).add(L);
        byte[] malleated = signature.clone();
        for (int i = 0; i < 32; i++) {
            malleated[32 + i] = s.shiftRight(8 * i).byteValue();
        }

        refused(withSignature(token, malleated), "signature");
    }

    // Item 11.
    @Test
    void issuer_that_is_no_server_key_is_refused() {
        String id = server.serverId().text();
        issuerRefused(Keys.key(NKeyType.ACCOUNT, 1).text());
        issuerRefused(Keys.key(NKeyType.USER, 1).text());
        issuerRefused(Keys.key(NKeyType.OPERATOR, 1).text());
        issuerRefused(id.toLowerCase(Locale.ROOT));
        issuerRefused(id.substring(0, 55));
        issuerRefused(id + "A");
        issuerRefused(id.substring(0, 54) + "AA");
        issuerRefused("");
    }

    // Item 11: these keys verify a signature of zeros for many or all messages.
    @Test
    void issuer_of_small_order_is_refused() {
        // Appendix coding of 32 zero bytes and of 01 00...: both are points of small order.
        issuerRefused(coded(new byte[32]));
        byte[] one = new byte[32];
        one[0] = 1;
        issuerRefused(coded(one));
    }

    // Item 29.
    @Test
    void seed_in_place_of_a_key_is_not_quoted() {
        String seed =
                new String(Keys.seed(NKeyType.SERVER, 9).encoded(), StandardCharsets.US_ASCII);
        byte[] token = server.tweak(c -> c.put("iss", seed)).clear();

        assertThatThrownBy(() -> verify(token)).message().doesNotContain(seed.substring(0, 20));
    }

    private void issuerRefused(String issuer) {
        Consumer<ObjectNode> change =
                c -> {
                    c.put("iss", issuer);
                    ((ObjectNode) c.get("nats").get("server_id")).put("id", issuer);
                };
        refused(Requests.server().tweak(change).clear(), "iss");
    }

    private static String coded(byte[] raw) {
        byte[] bytes = new byte[35];
        bytes[0] = 104;
        System.arraycopy(raw, 0, bytes, 1, 32);
        int crc = 0;
        for (int i = 0; i < 33; i++) {
            crc ^= (bytes[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = ((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
            }
        }
        bytes[33] = (byte) crc;
        bytes[34] = (byte) (crc >> 8);
        StringBuilder text = new StringBuilder();
        BigInteger bits = new BigInteger(1, bytes);
        for (int i = 55; i >= 0; i--) {
            int digit = bits.shiftRight(5 * i).intValue() & 31;
            text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(digit));
        }
        return text.toString();
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < bytes.length; i++) {
            value = value.or(BigInteger.valueOf(bytes[i] & 0xff).shiftLeft(8 * i));
        }
        return value;
    }

    private static byte[] withSignature(byte[] token, byte[] signature) {
        int dot = new String(token, StandardCharsets.US_ASCII).lastIndexOf('.');
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(token, 0, dot + 1);
        out.writeBytes(Base64.getUrlEncoder().withoutPadding().encode(signature));
        return out.toByteArray();
    }

    private String[] parts() {
        return new String(server.clear(), StandardCharsets.US_ASCII).split("\\.", -1);
    }

    private String claims() {
        return new String(Base64.getUrlDecoder().decode(parts()[1]), StandardCharsets.UTF_8);
    }

    private void refused(String token) {
        refused(ascii(token));
    }

    private void refused(String token, String message) {
        refused(ascii(token), message);
    }

    private void refused(byte[] token) {
        refused(token, "");
    }

    private void refused(byte[] token, String message) {
        assertThatThrownBy(() -> verify(token))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining(message);
    }

    private void verify(byte[] token) throws BadRequest {
        verifier.verify(token, Optional.empty(), Requests.NOW);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
