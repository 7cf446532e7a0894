// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.identity.HostAddress;
import java.util.HexFormat;

/** Addresses as texts whose order is that of the addresses, so that a network is a range. */
final class AddressKey {
    private static final int V4_BITS = 32;
    private static final int HALF = 64;

    private AddressKey() {}

    /** Empty if it is no address. */
    static String of(String address) {
        return HostAddress.parse(address).map(a -> key(a.v4(), a.high(), a.low())).orElse("");
    }

    /** First and last key of a network that {@code Cidr} accepts. */
    static String[] range(String network) {
        int slash = network.indexOf('/');
        String host = slash < 0 ? network : network.substring(0, slash);
        HostAddress address = HostAddress.parse(host).orElseThrow();
        int width = address.v4() ? V4_BITS : 2 * HALF;
        int length = slash < 0 ? width : Integer.parseInt(network, slash + 1, network.length(), 10);
        int free = width - length;
        long low = ones(Math.min(free, HALF));
        long high = ones(Math.max(0, free - HALF));
        return new String[] {
            key(address.v4(), address.high() & ~high, address.low() & ~low),
            key(address.v4(), address.high() | high, address.low() | low)
        };
    }

    /** The address of a key. */
    static String text(String key) {
        long high = HexFormat.fromHexDigitsToLong(key, 1, 17);
        long low = HexFormat.fromHexDigitsToLong(key, 17, 33);
        return new HostAddress(key.startsWith("4"), high, low).toString();
    }

    private static long ones(int bits) {
        return bits == HALF ? -1 : (1L << bits) - 1;
    }

    private static String key(boolean v4, long high, long low) {
        HexFormat hex = HexFormat.of();
        return (v4 ? "4" : "6") + hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
