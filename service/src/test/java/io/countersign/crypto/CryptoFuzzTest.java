// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** Any bytes give the key or message that they stand for, or the one exception, nothing else. */
@Tag("fuzz")
class CryptoFuzzTest {
    private static final NKey PEER =
            Vectors.key("XAD2G7F4CQQJHSFXKXOBWEHINS2CMN2K2FVKQU7NBPP4BMVYNUOHZWPX");
    private static final XKeyBox BOX =
            XKeyBox.of(
                    seed("SXAECQSDIRCUMR2IJFFEWTCNJZHVAUKSKNKFKVSXLBMVUW24LVPF6YE6DY"),
                    new SecureRandom(),
                    4);

    @FuzzTest
    void parseKey_anyBytes_isRefusedOrKeepsItsText(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            NKey key = NKey.parse(text);
            assertThat(key.text()).isEqualTo(text);
            assertThat(NKey.of(key.type(), key.bytes())).isEqualTo(key);
        } catch (InvalidKey e) {
            assertThat(e).hasMessageContaining(":");
        }
    }

    @FuzzTest
    void parseSeed_anyBytes_isRefusedOrKeepsItsText(byte[] data) {
        try (Seed seed = Seed.parse(data)) {
            String text = new String(data, StandardCharsets.US_ASCII).strip();
            assertThat(new String(seed.encoded(), StandardCharsets.US_ASCII)).isEqualTo(text);
        } catch (InvalidKey e) {
            assertThat(e).hasMessageContaining(":");
        }
    }

    @FuzzTest
    void openBox_anyBytes_isRefusedOrSealsToTheSame(byte[] data) {
        try {
            byte[] clear = BOX.open(data, PEER);
            assertThat(BOX.seal(clear, PEER, Arrays.copyOfRange(data, 4, 28))).isEqualTo(data);
        } catch (BoxRefused e) {
            assertThat(e).hasMessageStartingWith("box: ");
        }
    }
}
