// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/**
 * CRC-16/XMODEM (polynomial 0x1021, start 0), little-endian behind what it covers (reference 5.1).
 */
final class Crc16 {
    private Crc16() {}

    static int of(byte[] data, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= (data[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
            }
        }
        return crc & 0xffff;
    }

    /** Fills the last two bytes. */
    static void seal(byte[] data) {
        int crc = of(data, data.length - 2);
        data[data.length - 2] = (byte) crc;
        data[data.length - 1] = (byte) (crc >> 8);
    }

    static boolean isSealed(byte[] data) {
        int crc = of(data, data.length - 2);
        return data[data.length - 2] == (byte) crc && data[data.length - 1] == (byte) (crc >> 8);
    }
}
