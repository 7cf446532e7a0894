// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.security.SecureRandom;
import java.util.Arrays;

/** Keys that are the same in every run, for golden files: the seed is one byte, 32 times. */
final class Keys {
    static final Ed25519 ED25519 = Ed25519.best();

    private Keys() {}

    static Seed seed(NKeyType type, int number) {
        return Seed.generate(type, new Repeating((byte) number));
    }

    static NKey key(NKeyType type, int number) {
        return seed(type, number).publicKey();
    }

    static Signer signer(NKeyType type, int number) {
        return ED25519.signer(seed(type, number));
    }

    private static final class Repeating extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte value;

        Repeating(byte value) {
            this.value = value;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, value);
        }
    }
}
