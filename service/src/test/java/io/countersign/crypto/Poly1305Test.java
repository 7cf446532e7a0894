// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Poly1305Test {
    /** RFC 8439, 2.5.2 and the edge cases of A.3 (7 to 11): values around the modulus. */
    @ParameterizedTest
    @CsvSource({
        "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b,"
                + "43727970746f6772617068696320466f72756d2052657365617263682047726f7570,"
                + "a8061dc1305136c6c22b8baf0c0127a9",
        "0200000000000000000000000000000000000000000000000000000000000000,"
                + "ffffffffffffffffffffffffffffffff,"
                + "03000000000000000000000000000000",
        "02000000000000000000000000000000ffffffffffffffffffffffffffffffff,"
                + "02000000000000000000000000000000,"
                + "03000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000,"
                + "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff"
                + "11000000000000000000000000000000,"
                + "05000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000,"
                + "fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe"
                + "01010101010101010101010101010101,"
                + "00000000000000000000000000000000",
        "0200000000000000000000000000000000000000000000000000000000000000,"
                + "fdffffffffffffffffffffffffffffff,"
                + "faffffffffffffffffffffffffffffff",
        "0100000000000000040000000000000000000000000000000000000000000000,"
                + "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
                + "0000000000000000000000000000000001000000000000000000000000000000,"
                + "14000000000000005500000000000000",
        "0100000000000000040000000000000000000000000000000000000000000000,"
                + "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
                + "00000000000000000000000000000000,"
                + "13000000000000000000000000000000"
    })
    void tag_vectorOfRfc8439_agrees(String key, String message, String tag) {
        assertThat(tag(hex(key), hex(message))).isEqualTo(hex(tag));
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44})
    void tag_randomAndExtremeMessages_agreesWithAnotherImplementation(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            byte[] key = bytes(random, 32);
            byte[] message = bytes(random, random.nextInt(200));
            assertThat(tag(key, message))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(bouncyCastle(key, message));
        }
    }

    /** Stretches of all zeros and all ones among the random bytes: that is where carries are. */
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        int stretches = random.nextInt(4);
        for (int i = 0; i < stretches && length > 0; i++) {
            int from = random.nextInt(length);
            int to = from + random.nextInt(length - from + 1);
            Arrays.fill(bytes, from, to, (byte) (random.nextBoolean() ? 0xff : 0));
        }
        return bytes;
    }

    private static byte[] tag(byte[] key, byte[] message) {
        int[] words = new int[8];
        ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        byte[] framed = new byte[message.length + 8];
        System.arraycopy(message, 0, framed, 5, message.length);
        byte[] tag = new byte[20];
        Poly1305.tag(words, framed, 5, message.length, tag, 4);
        return Arrays.copyOfRange(tag, 4, 20);
    }

    private static byte[] bouncyCastle(byte[] key, byte[] message) {
        org.bouncycastle.crypto.macs.Poly1305 mac = new org.bouncycastle.crypto.macs.Poly1305();
        mac.init(new KeyParameter(key));
        mac.update(message, 0, message.length);
        byte[] tag = new byte[16];
        mac.doFinal(tag, 0);
        return tag;
    }
}
