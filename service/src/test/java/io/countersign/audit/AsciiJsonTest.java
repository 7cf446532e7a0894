// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String written(AsciiJson json) {
        return "{" + new String(json.withoutBracket(), StandardCharsets.US_ASCII);
    }

    @Test
    void members_ofAllKinds_areInOrderWithCommasBetween() {
        AsciiJson json = new AsciiJson(1);
        json.beginObject().member("a", "x").member("b", Long.MIN_VALUE).beginArray("c");
        json.text("1").text("2").endArray().beginObject("d").endObject().member("e", 7).endObject();

        assertThat(written(json))
                .isEqualTo(
                        "{\"a\":\"x\",\"b\":-9223372036854775808,\"c\":[\"1\",\"2\"],\"d\":{},\"e\":7}");
    }

    @Test
    void text_special_isEscaped() {
        AsciiJson json = new AsciiJson(1);
        json.beginObject().member("t", "\"\\/\b\t\n\f\r\0\u001f\u007f\u0080é\u202e😀").endObject();

        assertThat(written(json))
                .isEqualTo(
                        "{\"t\":\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001F\\u007F\\u0080\\u00E9\\u202E\\uD83D\\uDE00\"}");
    }

    @Test
    void text_random_isPrintableAsciiAndReadBackAsItWas() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            String text =
                    random.ints(random.nextInt(40), 0, i % 2 == 0 ? 0x100 : 0xD800)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            AsciiJson json = new AsciiJson(random.nextInt(20));
            json.beginObject().member("t", text).endObject();

            String written = written(json);
            assertThat(written).matches("[ -~]*");
            JsonNode back = JSON.readTree(written);
            assertThat(back.path("t").textValue()).isEqualTo(text);
        }
    }
}
