// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes JSON straight into the bytes that get coded and signed. Names are our own ASCII constants;
 * texts are escaped as RFC 8259 asks. Members follow each other: commas are set by the writer. Not
 * thread-safe.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;
    private boolean first = true;

    JsonWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    JsonWriter beginObject() {
        return begin('{');
    }

    JsonWriter endObject() {
        return end('}');
    }

    JsonWriter beginArray() {
        return begin('[');
    }

    JsonWriter endArray() {
        return end(']');
    }

    /** The name of the next member; its value must follow. */
    JsonWriter name(String name) {
        separate();
        room(name.length() + 3);
        bytes[length++] = '"';
        ascii(name);
        bytes[length++] = '"';
        bytes[length++] = ':';
        first = true;
        return this;
    }

    JsonWriter text(String value) {
        separate();
        quoted(value);
        return this;
    }

    /** A text that needs no escapes: coded keys and tokens. */
    JsonWriter text(byte[] plain) {
        separate();
        room(plain.length + 2);
        bytes[length++] = '"';
        System.arraycopy(plain, 0, bytes, length, plain.length);
        length += plain.length;
        bytes[length++] = '"';
        return this;
    }

    JsonWriter number(long value) {
        separate();
        room(20);
        if (value < 0) {
            ascii(Long.toString(value));
        } else {
            digits(value);
        }
        return this;
    }

    private void digits(long value) {
        int count = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            count++;
        }
        long rest = value;
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    JsonWriter flag(boolean value) {
        separate();
        room(5);
        ascii(value ? "true" : "false");
        return this;
    }

    JsonWriter member(String name, String value) {
        return name(name).text(value);
    }

    /** A key's text has nothing to escape, and half of what we write are keys. */
    JsonWriter member(String name, NKey key) {
        name(name);
        separate();
        room(key.text().length() + 2);
        bytes[length++] = '"';
        ascii(key.text());
        bytes[length++] = '"';
        return this;
    }

    JsonWriter member(String name, long value) {
        return name(name).number(value);
    }

    /** Leaves the member out when the text is empty, as Go's omitempty does. */
    JsonWriter optional(String name, String value) {
        return value.isEmpty() ? this : member(name, value);
    }

    /** Leaves the member out when the list is empty: servers read {@code []} as "everything". */
    JsonWriter optional(String name, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        name(name).beginArray();
        for (int i = 0; i < values.size(); i++) {
            text(values.get(i));
        }
        return endArray();
    }

    /**
     * Leaves room where a member stands, to be filled in later with its comma behind it.
     *
     * @return where the room begins in {@link #buffer()}
     */
    int gap(int size) {
        separate();
        room(size);
        length += size;
        first = true;
        return length - size;
    }

    /** The object that was just ended goes on. */
    void takeBackEnd() {
        length--;
    }

    /** Begins anew, in the room that it has. */
    void clear() {
        length = 0;
        first = true;
    }

    /** What was written so far: the writer's own array, to be read up to {@link #length()}. */
    byte[] buffer() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private JsonWriter begin(char bracket) {
        separate();
        room(1);
        bytes[length++] = (byte) bracket;
        first = true;
        return this;
    }

    private JsonWriter end(char bracket) {
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

    private void quoted(String value) {
        int characters = value.length();
        room(characters * 6 + 2); // the worst: every character becomes an escape of six
        bytes[length++] = '"';
        if (!plain(value, characters)) {
            escaped(value);
        }
        bytes[length++] = '"';
    }

    /**
     * Copies a text of printable ASCII as it is, which nearly all are. False if it needs more than
     * that; then nothing counts as written.
     */
    @SuppressWarnings("deprecation") // low bytes, without a copy; what lies above them is looked at
    private boolean plain(String value, int characters) {
        value.getBytes(0, characters, bytes, length);
        int end = length + characters;
        if (PlainText.end(bytes, length, end) < end || !isLatin(value, characters)) {
            return false;
        }
        length += characters;
        return true;
    }

    /** A character above U+00FF can have a low byte that looks plain. */
    private static boolean isLatin(String value, int characters) {
        int all = 0;
        for (int i = 0; i < characters; i++) {
            all |= value.charAt(i);
        }
        return all < 0x100;
    }

    private void escaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                i += wide(value, i);
            } else if (c >= ' ' && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else {
                escape(c);
            }
        }
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                ascii("u00");
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    /**
     * UTF-8 of the character at {@code i}. Half a surrogate pair has none and becomes U+FFFD, as Go
     * writes it.
     *
     * @return how many further chars were taken
     */
    private int wide(String value, int i) {
        int point = value.codePointAt(i);
        if (point >= 0x10000) {
            bytes[length++] = (byte) (0xf0 | (point >> 18));
            following(point >> 12);
            following(point >> 6);
            following(point);
            return 1;
        }
        if (point >= 0xd800 && point < 0xe000) {
            point = 0xfffd;
        }
        if (point >= 0x800) {
            bytes[length++] = (byte) (0xe0 | (point >> 12));
            following(point >> 6);
        } else {
            bytes[length++] = (byte) (0xc0 | (point >> 6));
        }
        following(point);
        return 0;
    }

    /** A byte after the first of a UTF-8 sequence: the lowest six bits. */
    private void following(int bits) {
        bytes[length++] = (byte) (0x80 | (bits & 63));
    }

    @SuppressWarnings("deprecation") // the very thing: low bytes of an ASCII text, without a copy
    private void ascii(String text) {
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
