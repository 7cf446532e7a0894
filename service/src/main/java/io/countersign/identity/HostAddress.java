// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An IP address, parsed strictly from text: it decides who gets in, so nothing is guessed and no
 * name is ever resolved. IPv4 written as IPv6 ({@code ::ffff:10.0.0.1}) is the same address as the
 * IPv4 one, because a server on a dual-stack socket may report either (reference 10, item 60).
 * Immutable.
 *
 * @param v4 true for IPv4; the address is then the low 32 bits of {@code low}
 * @param high the upper 64 bits of an IPv6 address
 * @param low the lower 64 bits
 */
public record HostAddress(boolean v4, long high, long low) {
    private static final int LONGEST = 64;
    private static final long MAPPED = 0xffffL;

    /**
     * Reads what a server wrote into {@code client_info.host}. Empty for everything that is not an
     * address: names, in-process clients ({@code pipe}), octal or shortened IPv4, white space.
     */
    public static Optional<HostAddress> parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        if (text.indexOf(':') < 0) {
            return v4(text);
        }
        int zone = text.indexOf('%');
        if (zone < 0) {
            return v6(text);
        }
        // Go writes the zone of a link-local peer; elsewhere a zone makes no sense.
        return v6(text.substring(0, zone)).filter(a -> a.isLinkLocal() && zone + 1 < text.length());
    }

    /** Bits that an address of this family has. */
    int bits() {
        return v4 ? 32 : 128;
    }

    /** True if the first {@code length} bits of both are the same, within one family. */
    boolean sharesPrefix(HostAddress other, int length) {
        if (v4 != other.v4) {
            return false;
        }
        if (v4) {
            return ((low ^ other.low) & mask(length, 32)) == 0;
        }
        return ((high ^ other.high) & mask(Math.min(length, 64), 64)) == 0
                && ((low ^ other.low) & mask(Math.max(length - 64, 0), 64)) == 0;
    }

    /** This address with all bits behind the first {@code length} cleared. */
    public HostAddress network(int length) {
        return v4
                ? new HostAddress(true, 0, low & mask(length, 32))
                : new HostAddress(
                        false,
                        high & mask(Math.min(length, 64), 64),
                        low & mask(Math.max(length - 64, 0), 64));
    }

    private boolean isLinkLocal() {
        return !v4 && (high >>> 54) == 0xfe80L >>> 6;
    }

    /** The first {@code length} of {@code width} bits set. Shifting a long by 64 does nothing. */
    private static long mask(int length, int width) {
        long all = width == 64 ? -1L : (1L << width) - 1;
        return length == 0 ? 0 : all & (-1L << (width - length));
    }

    private static Optional<HostAddress> v4(String text) {
        long value = 0;
        int at = 0;
        for (int part = 0; part < 4; part++) {
            int end = part < 3 ? text.indexOf('.', at) : text.length();
            int number = end < 0 ? -1 : decimal(text, at, end);
            if (number < 0) {
                return Optional.empty();
            }
            value = value << 8 | number;
            at = end + 1;
        }
        return Optional.of(new HostAddress(true, 0, value));
    }

    /** One to three digits, at most 255, no leading zero (some would read it as octal); else −1. */
    private static int decimal(String text, int from, int to) {
        int length = to - from;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= 255 ? value : -1;
    }

    private static Optional<HostAddress> v6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        int[] groups = new int[8];
        if (gap < 0) {
            return groups(text, groups, true) == 8 ? Optional.of(of(groups)) : Optional.empty();
        }
        int[] tail = new int[8];
        int before = groups(text.substring(0, gap), groups, false);
        int after = groups(text.substring(gap + 2), tail, true);
        if (before < 0 || after < 0 || before + after > 7) {
            return Optional.empty();
        }
        System.arraycopy(tail, 0, groups, 8 - after, after);
        return Optional.of(of(groups));
    }

    /**
     * Reads groups between colons into {@code into}.
     *
     * @param last whether a dotted IPv4 may end it
     * @return how many 16-bit groups, or −1 if malformed
     */
    private static int groups(String text, int[] into, boolean last) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (last && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                Optional<HostAddress> dotted = v4(parts[i]);
                if (dotted.isEmpty() || count > 6) {
                    return -1;
                }
                into[count] = (int) (dotted.get().low >>> 16);
                into[count + 1] = (int) (dotted.get().low & 0xffff);
                return count + 2;
            }
            int group = hex(parts[i]);
            if (group < 0 || count > 7) {
                return -1;
            }
            into[count++] = group;
        }
        return count;
    }

    /** One to four hexadecimal digits; else −1. Only ASCII ones, unlike Character.digit. */
    private static int hex(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static HostAddress of(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return high == 0 && low >>> 32 == MAPPED
                ? new HostAddress(true, 0, low & 0xffff_ffffL)
                : new HostAddress(false, high, low);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[bits() / 8];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> (8 * (fromEnd % 8)));
        }
        return bytes;
    }

    /** Numeric text; IPv6 without {@code ::}. */
    @Override
    public String toString() {
        try {
            // From bytes, so nothing is looked up.
            return InetAddress.getByAddress(bytes()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }
}
