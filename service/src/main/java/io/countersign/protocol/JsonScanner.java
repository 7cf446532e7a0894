// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts JSON (RFC 8259, UTF-8 and nothing else) into tokens, strictly: no comments, no byte order
 * mark, no leading zeros, no ill-formed UTF-8, no name twice in one object. {@link JsonReader} says
 * what is bounded, and why.
 *
 * <p>Our own, because a general parser makes 3 KB of objects before the first token and cost a
 * twentieth of a decision (ADR 47). A test compares it with one, byte for byte. Not thread-safe.
 */
final class JsonScanner {
    private static final int MOST_TOKENS = 20_000;
    private static final int MOST_DEPTH = 32;
    private static final int USUAL_DEPTH = 4;
    private static final int LONGEST_NAME = 1024;
    private static final int LONGEST_NUMBER = 64;
    private static final int LONGEST_LONG = 20;

    /** So many characters always fit into 64 bits. */
    private static final int SURELY_LONG = 18;

    /** Names of one object that are compared one by one; beyond it, a set does it. */
    private static final int FEW_NAMES = 24;

    /** What stands next in the document. */
    enum Token {
        OBJECT,
        OBJECT_END,
        ARRAY,
        ARRAY_END,
        NAME,
        TEXT,
        INTEGER,
        DECIMAL,
        TRUE,
        FALSE,
        NULL
    }

    private final byte[] in;
    private final int end;
    private int at;
    private int tokens;

    private int depth;

    /** A bit for each open object or array: set for objects. */
    private int objects;

    private boolean isFirst = true;
    private boolean afterName;

    /** Names of all open objects, one object behind the other. */
    private String[] names = new String[16];

    private int nameCount;
    private int[] namesFrom = new int[USUAL_DEPTH];
    private @Nullable Set<String> @Nullable [] manyNames;

    /** The current text, name or number: a slice of the input, or what it was decoded to. */
    private int from;

    private int to;
    private @Nullable String decoded;

    /**
     * @param in must not change meanwhile
     */
    JsonScanner(byte[] in) {
        this.in = in;
        this.end = in.length;
    }

    /** Position in the input, for messages. */
    int position() {
        return at;
    }

    /** The next token; the end of the input is malformed. */
    Token next() throws Malformed {
        if (++tokens > MOST_TOKENS) {
            throw new Malformed();
        }
        byte b = nonBlank();
        if (depth == 0 || afterName) {
            afterName = false;
            return value(b);
        }
        boolean object = (objects >>> (depth - 1) & 1) == 1;
        if (b == (object ? '}' : ']')) {
            return close(object);
        }
        if (!isFirst) {
            require(b == ',');
            at++;
            b = nonBlank();
        }
        isFirst = false;
        return object ? name(b) : value(b);
    }

    /** Nothing but white space is left. */
    boolean isAtEnd() {
        skipBlanks();
        return at == end;
    }

    /** The text of a {@link Token#TEXT}, a {@link Token#NAME} or a number. */
    String text() {
        if (decoded == null) {
            decoded = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
        }
        return decoded;
    }

    /** The value of a {@link Token#INTEGER}; empty if it does not fit into 64 bits. */
    OptionalLong integer() {
        if (to - from > LONGEST_LONG) {
            return OptionalLong.empty();
        }
        if (to - from <= SURELY_LONG) {
            boolean negative = in[from] == '-';
            long value = digits(negative ? from + 1 : from);
            return OptionalLong.of(negative ? -value : value);
        }
        try {
            return OptionalLong.of(Long.parseLong(text()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** As {@link #integer}, of 64 bits without a sign; empty too if there is one. */
    OptionalLong unsigned() {
        if (to - from <= SURELY_LONG && in[from] != '-') {
            return OptionalLong.of(digits(from));
        }
        try {
            return OptionalLong.of(Long.parseUnsignedLong(text()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Of a number that fits; without making a text of it first. */
    private long digits(int first) {
        long value = 0;
        for (int i = first; i < to; i++) {
            value = 10 * value + (in[i] - '0');
        }
        return value;
    }

    /** Passes over the rest of the object or array that was just entered. */
    void skipRest() throws Malformed {
        int outside = depth - 1;
        while (depth > outside) {
            next();
        }
    }

    private Token close(boolean object) {
        at++;
        depth--;
        isFirst = false;
        if (object) {
            nameCount = namesFrom[depth];
            if (manyNames != null) {
                manyNames[depth] = null;
            }
        }
        return object ? Token.OBJECT_END : Token.ARRAY_END;
    }

    private Token open(boolean object) throws Malformed {
        require(depth < MOST_DEPTH);
        at++;
        objects = (objects & ~(1 << depth)) | ((object ? 1 : 0) << depth);
        if (depth == namesFrom.length) {
            namesFrom = Arrays.copyOf(namesFrom, MOST_DEPTH);
        }
        namesFrom[depth] = nameCount;
        depth++;
        isFirst = true;
        return object ? Token.OBJECT : Token.ARRAY;
    }

    private Token value(byte first) throws Malformed {
        return switch (first) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                quoted();
                yield Token.TEXT;
            }
            case 't' -> word("true", Token.TRUE);
            case 'f' -> word("false", Token.FALSE);
            case 'n' -> word("null", Token.NULL);
            default -> number();
        };
    }

    private Token word(String word, Token token) throws Malformed {
        require(end - at >= word.length());
        for (int i = 0; i < word.length(); i++) {
            require(in[at + i] == word.charAt(i));
        }
        at += word.length();
        return token;
    }

    private Token number() throws Malformed {
        from = at;
        decoded = null;
        Token token = Token.INTEGER;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
            token = Token.DECIMAL;
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
            token = Token.DECIMAL;
        }
        to = at;
        require(to - from <= LONGEST_NUMBER);
        return token;
    }

    private void digits() throws Malformed {
        int began = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        require(at > began);
    }

    private Token name(byte first) throws Malformed {
        require(first == '"');
        quoted();
        require(to - from <= LONGEST_NAME);
        String name = decoded != null ? decoded : KnownNames.find(in, from, to);
        decoded = name;
        refuseTwice(name);
        require(nonBlank() == ':');
        at++;
        afterName = true;
        return Token.NAME;
    }

    private void refuseTwice(String name) throws Malformed {
        int own = namesFrom[depth - 1];
        if (nameCount - own >= FEW_NAMES) {
            require(manyNames(own).add(name));
        } else {
            for (int i = own; i < nameCount; i++) {
                require(!names[i].equals(name));
            }
        }
        if (nameCount == names.length) {
            names = Arrays.copyOf(names, 2 * nameCount);
        }
        names[nameCount++] = name;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of sets has no other constructor
    private Set<String> manyNames(int own) {
        if (manyNames == null) {
            manyNames = new Set[MOST_DEPTH];
        }
        Set<String> set = manyNames[depth - 1];
        if (set == null) {
            set = new HashSet<>(Arrays.asList(names).subList(own, nameCount));
            manyNames[depth - 1] = set;
        }
        return set;
    }

    /** Reads to the closing quote. What is plain ASCII, as nearly all is, stays where it is. */
    private void quoted() throws Malformed {
        at++;
        from = at;
        decoded = null;
        at = PlainText.end(in, at, end);
        require(at < end);
        if (in[at] == '"') {
            to = at++;
        } else {
            decode();
        }
    }

    private void decode() throws Malformed {
        StringBuilder text = new StringBuilder(2 * (at - from) + 16);
        text.append(new String(in, from, at - from, StandardCharsets.ISO_8859_1));
        while (true) {
            require(at < end);
            byte b = in[at];
            if (b == '"') {
                to = at++;
                decoded = text.toString();
                return;
            }
            if (b == '\\') {
                at++;
                text.append(escaped());
            } else if (b < 0) {
                text.appendCodePoint(wide(b & 0xff));
            } else {
                require(b >= ' ');
                int began = at;
                at = PlainText.end(in, at, end);
                text.append(new String(in, began, at - began, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private char escaped() throws Malformed {
        byte b = peek();
        at++;
        return switch (b) {
            case '"', '\\', '/' -> (char) b;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw new Malformed();
        };
    }

    private char unit() throws Malformed {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            byte b = peek();
            int digit = b > 0 ? Character.digit(b, 16) : -1;
            require(digit >= 0);
            unit = unit << 4 | digit;
            at++;
        }
        return (char) unit;
    }

    /** One code point of two to four bytes, in its shortest form and no surrogate (RFC 3629). */
    private int wide(int lead) throws Malformed {
        int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        require(lead >= 0xc2 && lead <= 0xf4 && end - at > more);
        int point = lead & (0x3f >> more);
        for (int i = 1; i <= more; i++) {
            int b = in[at + i];
            require((b & 0xc0) == 0x80);
            point = point << 6 | (b & 0x3f);
        }
        require(more == 1 || point >= (more == 2 ? 0x800 : 0x10000));
        require(point <= Character.MAX_CODE_POINT && (point < 0xd800 || point > 0xdfff));
        at += more + 1;
        return point;
    }

    private byte nonBlank() throws Malformed {
        skipBlanks();
        require(at < end);
        return in[at];
    }

    private void skipBlanks() {
        while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\t' || in[at] == '\r')) {
            at++;
        }
    }

    /** The next byte, or zero, which stands nowhere in JSON, at the end. */
    private byte peek() {
        return at < end ? in[at] : 0;
    }

    private static void require(boolean fits) throws Malformed {
        if (!fits) {
            throw new Malformed();
        }
    }

    /** Not JSON as we read it; {@link #position()} says where. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private Malformed() {
            super("malformed", null, false, false); // thrown for hostile input: no stack walk
        }
    }
}
