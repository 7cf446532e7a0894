// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XSalsa20Poly1305Test {
    /** "Cryptography in NaCl", section 8, and the reference's appendix A. */
    @ParameterizedTest
    @CsvSource({
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742,"
                + "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389",
        "26c2c17fdb82161cb21ad16e721315355b64d1763119b10bfc962530dc7cc163,"
                + "f8d48c0771b2fab0580110626883f7671e7d0001a6823f3ad9e93d8ef177e8fc"
    })
    void hash_sharedSecret_givesTheBoxKey(String shared, String key) {
        assertThat(Salsa20.hash(words(hex(shared)), new int[4])).isEqualTo(words(hex(key)));
    }

    /** Bouncy Castle's engines, put together as NaCl does, say the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void seal_randomMessages_agreesWithAnotherImplementation(long seed) throws Exception {
        Random random = new Random(seed);
        for (int length = 0; length < 700; length++) {
            byte[] shared = bytes(random, 32);
            byte[] nonce = bytes(random, 24);
            byte[] clear = bytes(random, length);
            XSalsa20Poly1305 cipher = XSalsa20Poly1305.ofSharedSecret(shared);
            byte[] sealed = new byte[24 + 16 + length];
            System.arraycopy(nonce, 0, sealed, 0, 24);
            cipher.seal(nonce, clear, 0, sealed, 24);
            assertThat(Arrays.copyOfRange(sealed, 24, sealed.length))
                    .as("seed %d, length %d", seed, length)
                    .isEqualTo(secretbox(shared, nonce, clear));
            assertThat(cipher.open(sealed, 0, 24)).isEqualTo(clear);
        }
    }

    private static byte[] secretbox(byte[] shared, byte[] nonce, byte[] clear) {
        ByteBuffer key = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : Salsa20.hash(words(shared), new int[4])) {
            key.putInt(word);
        }
        XSalsa20Engine engine = new XSalsa20Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key.array()), nonce));
        byte[] padded = new byte[32 + clear.length];
        System.arraycopy(clear, 0, padded, 32, clear.length);
        byte[] out = new byte[padded.length];
        engine.processBytes(padded, 0, padded.length, out, 0);
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(Arrays.copyOf(out, 32)));
        mac.update(out, 32, clear.length);
        byte[] box = new byte[16 + clear.length];
        mac.doFinal(box, 0);
        System.arraycopy(out, 32, box, 16, clear.length);
        return box;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int[] words(byte[] bytes) {
        int[] words = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        return words;
    }
}
