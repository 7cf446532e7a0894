// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.countersign.protocol.JsonScanner.Malformed;
import io.countersign.protocol.JsonScanner.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own parser of hostile input: beside a general one that has been attacked for years. */
class JsonScannerTest {
    private static final JsonFactory JACKSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final List<String> SEEDS =
            List.of(
                    "{\"aud\":\"x\",\"nats\":{\"tags\":[\"a\",\"b\\u00e9\\n\\ud83d\\ude00\"],\"n\":-12}}",
                    "{ \"a\" : [ 1, 2.5e3, true ,false,null, {\"b\":{}} , [] ],\t\"ü€😀\":\"ü€😀\""
                            + " }",
                    "{\"big\":9223372036854775807,\"zero\":0,\"neg\":-0.0,\"e\":1E-7,\"\\u0061\":1}",
                    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",{\"iss\":1,\"is\\u0073\":2}]",
                    "{\"k\":\"" + "x".repeat(300) + "\\\\y\"}");

    private static final byte[] LIKELY =
            "{}[]\",:\\u00e9tfn0123456789.-+eE \n\u0001/x".getBytes(StandardCharsets.ISO_8859_1);

    /** Mutations of documents: both take the same ones and make the same of them. */
    @Test
    void next_hundredThousandMutations_agreesWithJackson() {
        Random random = new Random(47);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] json = mutated(random);
            List<String> ours = ours(json);
            assertThat(ours)
                    .as(() -> new String(json, StandardCharsets.UTF_8))
                    .isEqualTo(jackson(json));
            accepted += ours.isEmpty() ? 0 : 1;
        }
        assertThat(accepted).as("documents that both took").isBetween(5_000, 95_000);
    }

    private static byte[] mutated(Random random) {
        byte[] json =
                SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8).clone();
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(json.length);
            json[at] =
                    random.nextInt(4) == 0
                            ? (byte) random.nextInt(256)
                            : LIKELY[random.nextInt(LIKELY.length)];
        }
        return json;
    }

    /** All tokens with their texts; none if the document is refused. */
    private static List<String> ours(byte[] json) {
        JsonScanner scanner = new JsonScanner(json);
        List<String> tokens = new ArrayList<>();
        try {
            int open = 0;
            do {
                Token token = scanner.next();
                open +=
                        switch (token) {
                            case OBJECT, ARRAY -> 1;
                            case OBJECT_END, ARRAY_END -> -1;
                            default -> 0;
                        };
                tokens.add(
                        switch (token) {
                            case NAME, TEXT, INTEGER, DECIMAL -> token + " " + scanner.text();
                            default -> token.toString();
                        });
            } while (open > 0);
        } catch (Malformed e) {
            return List.of();
        }
        return scanner.isAtEnd() ? tokens : List.of();
    }

    private static List<String> jackson(byte[] json) {
        List<String> tokens = new ArrayList<>();
        // Jackson also takes a byte order mark, UTF-16 and ill-formed UTF-8; RFC 8259 knows none.
        if (!isUtf8(json)) {
            return List.of();
        }
        try (JsonParser parser = JACKSON.createParser(new String(json, StandardCharsets.UTF_8))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (tokens.isEmpty() && token.isScalarValue() && parser.nextToken() == null) {
                    return List.of();
                }
                tokens.add(named(token, parser));
            }
        } catch (IOException e) {
            return List.of();
        }
        return tokens;
    }

    private static String named(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case START_OBJECT -> "OBJECT";
            case END_OBJECT -> "OBJECT_END";
            case START_ARRAY -> "ARRAY";
            case END_ARRAY -> "ARRAY_END";
            case FIELD_NAME -> "NAME " + parser.currentName();
            case VALUE_STRING -> "TEXT " + parser.getText();
            case VALUE_NUMBER_INT -> "INTEGER " + parser.getText();
            case VALUE_NUMBER_FLOAT -> "DECIMAL " + parser.getText();
            case VALUE_TRUE -> "TRUE";
            case VALUE_FALSE -> "FALSE";
            case VALUE_NULL -> "NULL";
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new AssertionError("no token of a text: " + token);
        };
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .hasRemaining();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"x\":{\"a\":1,\"a\":2}}",
                "{\"a\":01}",
                "{\"a\":1,}",
                "[1,]",
                "{\"a\" 1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":1}x",
                "{\"a\":1}}",
                "{\"a\":[}",
                "{/**/}",
                "\uFEFF{}",
                "{",
                "",
            })
    void next_notStrictJson_isMalformed(String json) {
        assertThat(ours(json.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void next_illFormedUtf8_isMalformed() {
        int[][] bad = {
            {0xc0, 0x80},
            {0xc1, 0xbf},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xf0, 0x80, 0x80, 0x80},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf5, 0x80, 0x80, 0x80},
            {0x80},
            {0xc3},
            {0xe2, 0x82},
            {0xff}
        };
        for (int[] bytes : bad) {
            byte[] json = new byte[bytes.length + 4];
            json[0] = '[';
            json[1] = '"';
            for (int i = 0; i < bytes.length; i++) {
                json[2 + i] = (byte) bytes[i];
            }
            json[json.length - 2] = '"';
            json[json.length - 1] = ']';
            assertThat(ours(json)).as(new String(json, StandardCharsets.ISO_8859_1)).isEmpty();
        }
    }

    @Test
    void next_moreNamesThanAreComparedOneByOne_findsTheOneThatIsThereTwice() {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 500; i++) {
            json.append("\"n").append(i).append("\":").append(i).append(',');
        }
        String good = json + "\"last\":{\"n1\":1}}";
        assertThat(ours(good.getBytes(StandardCharsets.UTF_8))).hasSize(1007);
        for (String again : List.of("n0", "n3", "n30", "n499")) {
            assertThat(ours((json + "\"" + again + "\":0}").getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }

    @Test
    void next_beyondTheBounds_isMalformed() {
        assertThat(ours(nested(32))).hasSize(64);
        assertThat(ours(nested(33))).isEmpty();
        assertThat(ours(("[" + "1,".repeat(19_000) + "1]").getBytes(StandardCharsets.UTF_8)))
                .hasSize(19_003);
        assertThat(ours(("[" + "1,".repeat(20_000) + "1]").getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        String name = "x".repeat(1024);
        assertThat(ours(("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8))).hasSize(4);
        assertThat(ours(("{\"" + name + "x\":1}").getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(ours(("[" + "1".repeat(65) + "]").getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    private static byte[] nested(int depth) {
        return ("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void integer_edgesOf64Bits_areToldApart() throws Malformed {
        assertThat(integer("9223372036854775807")).hasValue(Long.MAX_VALUE);
        assertThat(integer("-9223372036854775808")).hasValue(Long.MIN_VALUE);
        assertThat(integer("9223372036854775808")).isEmpty();
        assertThat(integer("-0")).hasValue(0);
        assertThatThrownBy(() -> integer("+1")).isInstanceOf(Malformed.class);
    }

    @Test
    void unsigned_edgesOf64Bits_areToldApart() throws Malformed {
        assertThat(unsigned("18446744073709551615")).hasValue(-1);
        assertThat(unsigned("18446744073709551616")).isEmpty();
        assertThat(unsigned("999999999999999999")).hasValue(999_999_999_999_999_999L);
        assertThat(unsigned("0")).hasValue(0);
        assertThat(unsigned("-1")).isEmpty();
        assertThat(unsigned("-0")).isEmpty();
    }

    private static java.util.OptionalLong unsigned(String text) throws Malformed {
        JsonScanner scanner = new JsonScanner((text + " ").getBytes(StandardCharsets.UTF_8));
        scanner.next();
        return scanner.unsigned();
    }

    private static java.util.OptionalLong integer(String text) throws Malformed {
        JsonScanner scanner = new JsonScanner((text + " ").getBytes(StandardCharsets.UTF_8));
        scanner.next();
        return scanner.integer();
    }
}
