// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * NaCl's secretbox under one key: XSalsa20 and Poly1305, tag in front (Bernstein, "Extending the
 * Salsa20 nonce"; NaCl {@code crypto_secretbox_xsalsa20poly1305}). Immutable, safe for use by many
 * threads. The caller brings a fresh nonce for each message.
 */
final class XSalsa20Poly1305 {
    static final int NONCE_LENGTH = 24;
    static final int TAG_LENGTH = 16;

    private static final int BLOCK = 64;

    /** The first half of block 0 is the key of the tag; the message starts behind it. */
    private static final int MAC_KEY = 32;

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
     * Writes tag and ciphertext into {@code out} from {@code at}: 16 bytes more than the message.
     */
    void seal(byte[] nonce, byte[] clear, byte[] out, int at) {
        int[] state = start(nonce, 0);
        byte[] stream = new byte[BLOCK];
        nextBlock(state, stream);
        byte[] macKey = Arrays.copyOf(stream, MAC_KEY);
        xor(state, stream, clear, 0, out, at + TAG_LENGTH, clear.length);
        byte[] tag = tag(macKey, out, at + TAG_LENGTH, clear.length);
        System.arraycopy(tag, 0, out, at, TAG_LENGTH);
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
        byte[] stream = new byte[BLOCK];
        nextBlock(state, stream);
        byte[] tag = tag(Arrays.copyOf(stream, MAC_KEY), sealed, bodyAt, length);
        if (!ConstantTime.equal(tag, 0, sealed, boxAt, TAG_LENGTH)) {
            throw new BoxRefused("box: not for this key, or altered");
        }
        byte[] clear = new byte[length];
        xor(state, stream, sealed, bodyAt, clear, 0, length);
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

    private static void nextBlock(int[] state, byte[] stream) {
        int[] block = state.clone();
        Salsa20.mix(block);
        for (int i = 0; i < block.length; i++) {
            INTS.set(stream, 4 * i, block[i] + state[i]);
        }
        // The counter's upper word stays zero: messages are shorter than 256 GiB.
        state[8]++;
    }

    /** Continues behind the MAC key in block 0, which {@code stream} still holds. */
    private static void xor(
            int[] state, byte[] stream, byte[] in, int inAt, byte[] out, int outAt, int length) {
        int used = MAC_KEY;
        for (int i = 0; i < length; i++) {
            if (used == BLOCK) {
                nextBlock(state, stream);
                used = 0;
            }
            out[outAt + i] = (byte) (in[inAt + i] ^ stream[used++]);
        }
    }

    private static byte[] tag(byte[] macKey, byte[] data, int at, int length) {
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(data, at, length);
        byte[] tag = new byte[TAG_LENGTH];
        mac.doFinal(tag, 0);
        return tag;
    }

    private static void readInts(byte[] bytes, int at, int[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (int) INTS.get(bytes, at + 4 * i);
        }
    }
}
