// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;

/** Random addresses in all the ways of writing them, by other means than the code under test. */
final class Addresses {
    private final Random random;

    Addresses(Random random) {
        this.random = random;
    }

    /** 4 or 16 bytes, zeros and ones more often than by chance; never IPv4 in the long form. */
    byte[] address() {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(2) - 1);
        }
        return isMapped(bytes) ? address() : bytes;
    }

    /** The same with a bit or none changed, or a wholly different one. */
    byte[] near(byte[] address) {
        if (random.nextInt(4) == 0) {
            return address();
        }
        byte[] near = address.clone();
        int bit = random.nextInt(near.length * 8 + 1) - 1;
        if (bit >= 0) {
            near[bit / 8] ^= (byte) (0x80 >>> bit % 8);
        }
        return isMapped(near) ? address : near;
    }

    int length(int bits) {
        return random.nextInt(bits + 1);
    }

    String text(byte[] address) {
        if (address.length == 4) {
            String dotted = dotted(address, 0);
            return random.nextInt(4) == 0 ? "::ffff:" + dotted : dotted;
        }
        String[] groups = new String[8];
        for (int i = 0; i < 8; i++) {
            int group = (address[2 * i] & 255) << 8 | (address[2 * i + 1] & 255);
            String format = random.nextBoolean() ? "%x" : random.nextBoolean() ? "%04X" : "%04x";
            groups[i] = format.formatted(group);
        }
        boolean isDotted = random.nextInt(4) == 0;
        if (isDotted) {
            groups[6] = dotted(address, 12);
            groups = Arrays.copyOf(groups, 7);
        }
        return compressed(groups, isDotted ? 6 : 8);
    }

    private String compressed(String[] groups, int hexGroups) {
        int from = random.nextInt(hexGroups);
        int to = from;
        while (to < hexGroups && groups[to].matches("0+")) {
            to++;
        }
        if (to == from || random.nextInt(4) == 0) {
            return String.join(":", groups);
        }
        return String.join(":", Arrays.copyOfRange(groups, 0, from))
                + "::"
                + String.join(":", Arrays.copyOfRange(groups, to, groups.length));
    }

    private static String dotted(byte[] bytes, int at) {
        return "%d.%d.%d.%d"
                .formatted(
                        bytes[at] & 255,
                        bytes[at + 1] & 255,
                        bytes[at + 2] & 255,
                        bytes[at + 3] & 255);
    }

    static byte[] cleared(byte[] address, int length) {
        byte[] network = address.clone();
        for (int bit = length; bit < network.length * 8; bit++) {
            network[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        return network;
    }

    static boolean sameNetwork(byte[] a, byte[] b, int length) {
        return a.length == b.length
                && new BigInteger(1, a)
                        .shiftRight(a.length * 8 - length)
                        .equals(new BigInteger(1, b).shiftRight(b.length * 8 - length));
    }

    private static boolean isMapped(byte[] bytes) {
        return bytes.length == 16
                && new BigInteger(1, bytes).shiftRight(32).equals(BigInteger.valueOf(0xffff));
    }
}
