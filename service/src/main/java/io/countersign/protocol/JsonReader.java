// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.protocol.JsonScanner.Malformed;
import io.countersign.protocol.JsonScanner.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Strict streaming reader of claims. Walk an object with {@link #firstField} and {@link #nextField}
 * and consume each value with one call; a value of another JSON type is refused ({@code null} too),
 * an unknown field is skipped with {@link #skip}.
 *
 * <p>Its input comes from anybody who can publish in the callout account: size, depth, number of
 * tokens and length of names are bounded, and duplicate names are refused, because two readers that
 * pick different duplicates can be told different things. Not thread-safe.
 */
final class JsonReader {
    // Long texts pass (up to the whole document): a client may send a password of 512 KiB through a
    // genuine server, and then it is the authenticator that refuses it, with a proper answer.
    /** Also the limit of NATS' own JWT library for a whole token. */
    static final int MAX_BYTES = 1 << 20;

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private final JsonScanner scanner;

    private JsonReader(JsonScanner scanner) {
        this.scanner = scanner;
    }

    /** Opens a document and stands before its outermost object. */
    static JsonReader of(byte[] json) throws InvalidJwt {
        if (json.length > MAX_BYTES) {
            throw new InvalidJwt(
                    "JSON: %d bytes (expected: <= %d)".formatted(json.length, MAX_BYTES));
        }
        return new JsonReader(new JsonScanner(json));
    }

    /** Enters the object that comes next; its first name, or null if it is empty. */
    @Nullable String firstField(String what) throws InvalidJwt {
        expect(Token.OBJECT, what, "an object");
        return nextField();
    }

    /** The next name of the current object, or null at its end. */
    @Nullable String nextField() throws InvalidJwt {
        // The scanner itself refuses anything but a name or the end here.
        return next() == Token.NAME ? scanner.text() : null;
    }

    String text(String what) throws InvalidJwt {
        expect(Token.TEXT, what, "text");
        return scanner.text();
    }

    List<String> texts(String what) throws InvalidJwt {
        expect(Token.ARRAY, what, "an array of texts");
        return restOfTexts(what);
    }

    /** An array of arrays of texts. */
    List<List<String>> textLists(String what) throws InvalidJwt {
        expect(Token.ARRAY, what, "an array of arrays");
        List<List<String>> lists = new ArrayList<>();
        for (Token token = next(); token != Token.ARRAY_END; token = next()) {
            require(token == Token.ARRAY, what, "an array of arrays");
            lists.add(restOfTexts(what));
        }
        return lists;
    }

    /** An array of texts, or one text with commas between them, as Go takes for networks. */
    List<String> textsOrCommas(String what) throws InvalidJwt {
        Token token = next();
        if (token == Token.TEXT) {
            return List.of(COMMA.split(scanner.text().strip()));
        }
        require(token == Token.ARRAY, what, "an array of texts, or text");
        return restOfTexts(what);
    }

    /** Reads each element of an array, which must be texts or objects. */
    void each(String what, TextReader texts, ObjectReader objects) throws InvalidJwt {
        expect(Token.ARRAY, what, "an array");
        for (Token token = next(); token != Token.ARRAY_END; token = next()) {
            if (token == Token.TEXT) {
                texts.read(scanner.text());
            } else {
                require(token == Token.OBJECT, what, "texts and objects");
                objects.read(nextField());
            }
        }
    }

    /** Takes a text of a mixed array. */
    interface TextReader {
        void read(String text) throws InvalidJwt;
    }

    /** Takes an object of a mixed array, from its first name (null if empty) to its end. */
    interface ObjectReader {
        void read(@Nullable String firstName) throws InvalidJwt;
    }

    private List<String> restOfTexts(String what) throws InvalidJwt {
        List<String> texts = new ArrayList<>();
        for (Token token = next(); token != Token.ARRAY_END; token = next()) {
            require(token == Token.TEXT, what, "an array of texts");
            texts.add(scanner.text());
        }
        return texts;
    }

    /** An integer in [min, max]; {@code 1.0} and {@code 1e3} are none. */
    long integer(String what, long min, long max) throws InvalidJwt {
        expect(Token.INTEGER, what, "an integer");
        OptionalLong value = scanner.integer();
        if (value.isPresent() && value.getAsLong() >= min && value.getAsLong() <= max) {
            return value.getAsLong();
        }
        throw new InvalidJwt("%s: out of range (expected: %d to %d)".formatted(what, min, max));
    }

    /** An unsigned 64-bit integer, as Go's uint64. */
    long unsigned(String what) throws InvalidJwt {
        expect(Token.INTEGER, what, "an integer");
        OptionalLong value = scanner.unsigned();
        if (value.isPresent()) {
            return value.getAsLong();
        }
        throw new InvalidJwt(what + ": out of range (expected: 0 to 2^64 - 1)");
    }

    boolean flag(String what) throws InvalidJwt {
        Token token = next();
        require(token == Token.TRUE || token == Token.FALSE, what, "a boolean");
        return token == Token.TRUE;
    }

    /** Number of elements of an array, whatever they are. */
    int count(String what) throws InvalidJwt {
        expect(Token.ARRAY, what, "an array");
        int elements = 0;
        for (Token token = next(); token != Token.ARRAY_END; token = next()) {
            skipIfEntered(token);
            elements++;
        }
        return elements;
    }

    /** Passes over the value that comes next, checking its form all the same. */
    void skip() throws InvalidJwt {
        skipIfEntered(next());
    }

    private void skipIfEntered(Token token) throws InvalidJwt {
        if (token == Token.OBJECT || token == Token.ARRAY) {
            try {
                scanner.skipRest();
            } catch (Malformed e) {
                throw malformed();
            }
        }
    }

    /** Nothing but white space may follow. */
    void end() throws InvalidJwt {
        if (!scanner.isAtEnd()) {
            throw new InvalidJwt("JSON: more after the object (expected: one object)");
        }
    }

    /** The next token, which must exist. */
    private Token next() throws InvalidJwt {
        try {
            return scanner.next();
        } catch (Malformed e) {
            throw malformed();
        }
    }

    private void expect(Token expected, String what, String inWords) throws InvalidJwt {
        require(next() == expected, what, inWords);
    }

    private static void require(boolean fits, String what, String inWords) throws InvalidJwt {
        if (!fits) {
            throw new InvalidJwt(what + ": of another type (expected: " + inWords + ")");
        }
    }

    /** Says where and quotes nothing of the input, which may be a password. */
    private InvalidJwt malformed() {
        return new InvalidJwt(
                "JSON: malformed, duplicate name or too large, at byte " + scanner.position());
    }
}
