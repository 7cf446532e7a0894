// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * NaCl's secretbox under one key: XSalsa20 and Poly1305, tag in front (Bernstein, "Extending the
 * Salsa20 nonce"; NaCl {@code crypto_secretbox_xsalsa20poly1305}). Immutable, safe for use by many
 * threads. The caller brings a fresh nonce for each message.
 */
final class XSalsa20Poly1305 {
    static final int NONCE_LENGTH = 24;
    static final int TAG_LENGTH = Poly1305.TAG_LENGTH;

    private static final int BLOCK_WORDS = 16;

    /** The first half of block 0 is the key of the tag; the message starts behind it. */
    private static final int MAC_KEY_WORDS = 8;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] key;

    private XSalsa20Poly1305(int[] key) {
        this.key = key;
    }

    /** From the 32 bytes that X25519 gave, hashed as {@code crypto_box_beforenm} does. */
    static XSalsa20Poly1305 ofSharedSecret(byte[] shared) {
        int[] words = new int[8];
        readInts(shared, 0, words);
        try {
            return new XSalsa20Poly1305(Salsa20.hash(words, new int[4]));
        } finally {
            Arrays.fill(words, 0);
        }
    }

    /**
     * Writes tag and ciphertext into {@code out} from {@code at}: 16 bytes more than the message,
     * which stands in {@code clear} from {@code from} to its end. It may be the same array, if the
     * message stands where the ciphertext goes.
     */
    void seal(byte[] nonce, byte[] clear, int from, byte[] out, int at) {
        int length = clear.length - from;
        int[] state = start(nonce, 0);
        int[] block = new int[BLOCK_WORDS];
        nextBlock(state, block);
        int[] macKey = Arrays.copyOf(block, MAC_KEY_WORDS);
        xor(state, block, clear, from, out, at + TAG_LENGTH, length);
        Poly1305.tag(macKey, out, at + TAG_LENGTH, length, out, at);
    }

    /**
     * Opens what stands from {@code boxAt} to the end of {@code sealed}. Nothing is decrypted
     * before the tag is found to be right.
     *
     * @throws BoxRefused if the tag is wrong
     */
    byte[] open(byte[] sealed, int nonceAt, int boxAt) throws BoxRefused {
        int bodyAt = boxAt + TAG_LENGTH;
        int length = sealed.length - bodyAt;
        int[] state = start(sealed, nonceAt);
        int[] block = new int[BLOCK_WORDS];
        nextBlock(state, block);
        byte[] tag = new byte[TAG_LENGTH];
        Poly1305.tag(block, sealed, bodyAt, length, tag, 0);
        if (!ConstantTime.equal(tag, 0, sealed, boxAt, TAG_LENGTH)) {
            throw new BoxRefused("box: not for this key, or altered");
        }
        byte[] clear = new byte[length];
        xor(state, block, sealed, bodyAt, clear, 0, length);
        return clear;
    }

    /** Salsa20's state for block 0: key and second half of the nonce. */
    private int[] start(byte[] nonce, int at) {
        int[] half = new int[4];
        readInts(nonce, at, half);
        int[] subkey = Salsa20.hash(key, half);
        return Salsa20.state(
                subkey, (int) INTS.get(nonce, at + 16), (int) INTS.get(nonce, at + 20));
    }

    private static void nextBlock(int[] state, int[] block) {
        System.arraycopy(state, 0, block, 0, BLOCK_WORDS);
        Salsa20.mix(block);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            block[i] += state[i];
        }
        // The counter's upper word stays zero: messages are shorter than 256 GiB.
        state[8]++;
    }

    /** Begins behind the MAC key in block 0, which {@code block} holds. */
    private static void xor(
            int[] state, int[] block, byte[] in, int inAt, byte[] out, int outAt, int length) {
        int word = MAC_KEY_WORDS;
        int at = 0;
        while (at < length) {
            int take = Math.min(length - at, 4 * (BLOCK_WORDS - word));
            xorBlock(block, word, in, inAt + at, out, outAt + at, take);
            at += take;
            word = 0;
            if (at < length) {
                nextBlock(state, block);
            }
        }
    }

    private static void xorBlock(
            int[] block, int firstWord, byte[] in, int inAt, byte[] out, int outAt, int length) {
        int words = length / 4;
        for (int i = 0; i < words; i++) {
            int clear = (int) INTS.get(in, inAt + 4 * i);
            INTS.set(out, outAt + 4 * i, clear ^ block[firstWord + i]);
        }
        for (int i = 4 * words; i < length; i++) {
            out[outAt + i] = (byte) (in[inAt + i] ^ (block[firstWord + words] >>> (8 * (i & 3))));
        }
    }

    private static void readInts(byte[] bytes, int at, int[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (int) INTS.get(bytes, at + 4 * i);
        }
    }
}
