// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON of pure ASCII: everything that is not printable is escaped. One per entry; made for
 * threads that live for one request, where a library's buffers would be made anew each time. Not
 * thread-safe.
 */
final class AsciiJson {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int ESCAPED = 6;
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes;
    private int length;
    private boolean first = true;

    AsciiJson(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    AsciiJson beginObject() {
        return begin('{');
    }

    AsciiJson beginObject(String name) {
        return name(name).begin('{');
    }

    AsciiJson endObject() {
        return end('}');
    }

    AsciiJson beginArray(String name) {
        return name(name).begin('[');
    }

    AsciiJson endArray() {
        return end(']');
    }

    AsciiJson member(String name, String value) {
        return name(name).text(value);
    }

    AsciiJson member(String name, long value) {
        name(name);
        separate();
        room(LONGEST_NUMBER);
        plain(Long.toString(value));
        return this;
    }

    /** Under a name that is not one of ours, and may need escapes. */
    AsciiJson foreignMember(String name, long value) {
        text(name);
        room(1);
        bytes[length++] = ':';
        room(LONGEST_NUMBER);
        plain(Long.toString(value));
        return this;
    }

    AsciiJson text(String value) {
        separate();
        int characters = value.length();
        room(characters + 2);
        bytes[length++] = '"';
        // Nearly every text is plain: looking first and then copying all at once is the quick way.
        if (plainStart(value) == characters) {
            plain(value);
        } else {
            escaped(value);
        }
        bytes[length++] = '"';
        return this;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    }

    /** How many characters from the start need no escape. */
    private static int plainStart(String value) {
        int i = 0;
        while (i < value.length() && isPlain(value.charAt(i))) {
            i++;
        }
        return i;
    }

    private void escaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            room(ESCAPED + value.length() - i);
            if (isPlain(c)) {
                bytes[length++] = (byte) c;
            } else {
                escape(c);
            }
        }
        room(1);
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        int shortForm =
                switch (c) {
                    case '"', '\\' -> c;
                    case '\b' -> 'b';
                    case '\t' -> 't';
                    case '\n' -> 'n';
                    case '\f' -> 'f';
                    case '\r' -> 'r';
                    default -> 0;
                };
        if (shortForm != 0) {
            bytes[length++] = (byte) shortForm;
            return;
        }
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[c >> shift & 0xF];
        }
    }

    /** All that was written, without the first byte. */
    byte[] withoutBracket() {
        return Arrays.copyOfRange(bytes, 1, length);
    }

    /** Names are ours: none needs an escape. */
    private AsciiJson name(String name) {
        separate();
        room(name.length() + 3);
        bytes[length++] = '"';
        plain(name);
        bytes[length++] = '"';
        bytes[length++] = ':';
        first = true;
        return this;
    }

    private AsciiJson begin(char bracket) {
        separate();
        room(1);
        bytes[length++] = (byte) bracket;
        first = true;
        return this;
    }

    private AsciiJson end(char bracket) {
        room(1);
        bytes[length++] = (byte) bracket;
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            room(1);
            bytes[length++] = ',';
        }
        first = false;
    }

    @SuppressWarnings("deprecation") // the one way without a copy; the text is ASCII
    private void plain(String ascii) {
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
