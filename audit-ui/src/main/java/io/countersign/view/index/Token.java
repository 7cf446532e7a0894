// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What blocks are searched by: a letter for the field, then the value. A token is a text whose
 * characters are the bytes, so that tokens sort as both databases sort bytes.
 */
final class Token {
    /** Every entry that is there. */
    static final String ALL = "\0";

    private static final char EXISTS = 'X';
    private static final char SCOPE = 'S';
    private static final char WORD = 'w';
    private static final char PAIR = 'W';
    private static final char FINGERPRINT = 'F';
    private static final int[] V4 = {8, 16, 24, 32};
    private static final int[] V6 = {32, 48, 64, 128};

    private Token() {}

    /** Tokens from the first to the last one, both included. */
    record Span(String first, String last) {
        static Span of(String token) {
            return new Span(token, token);
        }

        /** All that begin so. */
        static Span prefix(String start) {
            return new Span(start, start + "\u00ff".repeat(8));
        }

        boolean isOne() {
            return first.equals(last);
        }

        boolean contains(String token) {
            return token.compareTo(first) >= 0 && token.compareTo(last) <= 0;
        }
    }

    static byte[] bytes(String token) {
        return token.getBytes(ISO_8859_1);
    }

    static String of(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    private static String of(char code, String value) {
        return code + new String(value.getBytes(UTF_8), ISO_8859_1);
    }

    static String of(Field field, String value) {
        boolean fold = field.form() == Field.Form.TEXT || field.form() == Field.Form.CODE;
        return of((char) field.code(), fold ? value.toLowerCase(Locale.ROOT) : value);
    }

    /** The value in a token of that field. */
    static String value(String token) {
        return new String(token.substring(1).getBytes(ISO_8859_1), UTF_8);
    }

    static String exists(Field field) {
        return "" + EXISTS + (char) field.code();
    }

    static String scope(String account) {
        return of(SCOPE, account);
    }

    static String fingerprint(String fingerprint) {
        return of(FINGERPRINT, fingerprint);
    }

    static String word(String word) {
        return of(WORD, word);
    }

    /** Two words side by side. */
    static String pair(String first, String second) {
        return of(PAIR, first + " " + second);
    }

    /** A value as it is searched: one token, or all with its beginning. */
    static Span span(Field field, String value) {
        if (field == Field.ADDR) {
            return network(value);
        }
        boolean fingerprint = field == Field.CREDENTIAL && value.startsWith("fp:");
        boolean prefix = value.endsWith("*");
        String plain = prefix ? value.substring(0, value.length() - 1) : value;
        if (fingerprint) {
            return Span.prefix(fingerprint(plain.substring("fp:".length())));
        }
        String token = of(field, plain);
        return prefix ? Span.prefix(token) : Span.of(token);
    }

    /** The networks that an address is in, and itself. */
    static List<String> address(HostAddress address) {
        List<String> tokens = new ArrayList<>();
        for (int level : address.v4() ? V4 : V6) {
            tokens.add(address(address, level));
        }
        return tokens;
    }

    /** An address alone, as a token. */
    static String whole(HostAddress address) {
        return address(address, address.v4() ? 32 : 128);
    }

    private static String address(HostAddress address, int level) {
        StringBuilder token = new StringBuilder().append((char) Field.ADDR.code());
        token.append(address.v4() ? '4' : '6').append((char) level);
        for (int i = 0; i < level / Byte.SIZE; i++) {
            token.append((char) octet(address, i));
        }
        return token.toString();
    }

    private static int octet(HostAddress address, int n) {
        if (address.v4()) {
            return (int) (address.low() >> 24 - 8 * n) & 0xff;
        }
        return (int) ((n < 8 ? address.high() : address.low()) >>> 56 - 8 * (n & 7)) & 0xff;
    }

    private static Span network(String text) {
        Cidr network = Cidr.parse(text);
        HostAddress first = network.address();
        int level = level(first.v4() ? V4 : V6, network.length());
        int free = level - network.length();
        return new Span(address(first, level), address(last(first, level, free), level));
    }

    private static int level(int[] levels, int length) {
        for (int level : levels) {
            if (level >= length) {
                return level;
            }
        }
        throw new IllegalStateException("no network is longer than an address: " + length);
    }

    /** The address with the {@code free} bits before {@code level} all set. */
    private static HostAddress last(HostAddress first, int level, int free) {
        long high = first.high();
        long low = first.low();
        int width = first.v4() ? 32 : 128;
        for (int bit = width - level; bit < width - level + free; bit++) {
            if (bit < Long.SIZE) {
                low |= 1L << bit;
            } else {
                high |= 1L << bit - Long.SIZE;
            }
        }
        return new HostAddress(first.v4(), high, low);
    }
}
