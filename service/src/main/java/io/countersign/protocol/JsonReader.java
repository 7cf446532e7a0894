// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
final class JsonReader implements AutoCloseable {
    /** Also the limit of NATS' own JWT library for a whole token. */
    static final int MAX_BYTES = 1 << 20;

    // Long strings pass (up to the whole document): a client may send a password of 512 KiB through
    // a genuine server, and then it is the authenticator that refuses it, with a proper answer.
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(MAX_BYTES)
                                    .maxStringLength(MAX_BYTES)
                                    .maxNameLength(1024)
                                    .maxNestingDepth(32)
                                    .maxNumberLength(64)
                                    .maxTokenCount(20_000)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    // Names are the sender's choice: they must not end in the JVM's string table.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    // Not the default one per thread: we run on virtual threads.
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(64))
                    .build();

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private final JsonParser parser;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Opens a document and stands before its outermost object. */
    static JsonReader of(byte[] json) throws InvalidJwt {
        if (json.length > MAX_BYTES) {
            throw new InvalidJwt(
                    "JSON: %d bytes (expected: <= %d)".formatted(json.length, MAX_BYTES));
        }
        try {
            return new JsonReader(FACTORY.createParser(json));
        } catch (IOException e) {
            throw new InvalidJwt("JSON: unreadable");
        }
    }

    /** Enters the object that comes next; its first name, or null if it is empty. */
    @Nullable String firstField(String what) throws InvalidJwt {
        expect(JsonToken.START_OBJECT, what, "an object");
        return nextField();
    }

    /** The next name of the current object, or null at its end. */
    @Nullable String nextField() throws InvalidJwt {
        if (next() != JsonToken.FIELD_NAME) {
            return null; // The parser itself refuses anything but a name or the end here.
        }
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw malformed();
        }
    }

    String text(String what) throws InvalidJwt {
        expect(JsonToken.VALUE_STRING, what, "text");
        return currentText();
    }

    List<String> texts(String what) throws InvalidJwt {
        expect(JsonToken.START_ARRAY, what, "an array of texts");
        return restOfTexts(what);
    }

    /** An array of arrays of texts. */
    List<List<String>> textLists(String what) throws InvalidJwt {
        expect(JsonToken.START_ARRAY, what, "an array of arrays");
        List<List<String>> lists = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            require(token == JsonToken.START_ARRAY, what, "an array of arrays");
            lists.add(restOfTexts(what));
        }
        return lists;
    }

    /** An array of texts, or one text with commas between them, as Go takes for networks. */
    List<String> textsOrCommas(String what) throws InvalidJwt {
        JsonToken token = next();
        if (token == JsonToken.VALUE_STRING) {
            return List.of(COMMA.split(currentText().strip()));
        }
        require(token == JsonToken.START_ARRAY, what, "an array of texts, or text");
        return restOfTexts(what);
    }

    /** Reads each element of an array, which must be texts or objects. */
    void each(String what, TextReader texts, ObjectReader objects) throws InvalidJwt {
        expect(JsonToken.START_ARRAY, what, "an array");
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            if (token == JsonToken.VALUE_STRING) {
                texts.read(currentText());
            } else {
                require(token == JsonToken.START_OBJECT, what, "texts and objects");
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
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            require(token == JsonToken.VALUE_STRING, what, "an array of texts");
            texts.add(currentText());
        }
        return texts;
    }

    /** An integer in [min, max]; {@code 1.0} and {@code 1e3} are none. */
    long integer(String what, long min, long max) throws InvalidJwt {
        expect(JsonToken.VALUE_NUMBER_INT, what, "an integer");
        try {
            // The length first: a number of 64 digits need not become one to be refused.
            if (parser.getTextLength() <= 20) {
                long value = parser.getLongValue();
                if (value >= min && value <= max) {
                    return value;
                }
            }
        } catch (IOException e) {
            // Does not fit into 64 bits: refused below with the rest.
        }
        throw new InvalidJwt("%s: out of range (expected: %d to %d)".formatted(what, min, max));
    }

    /** An unsigned 64-bit integer, as Go's uint64. */
    long unsigned(String what) throws InvalidJwt {
        expect(JsonToken.VALUE_NUMBER_INT, what, "an integer");
        try {
            return Long.parseUnsignedLong(currentText());
        } catch (NumberFormatException e) {
            throw new InvalidJwt(what + ": out of range (expected: 0 to 2^64 - 1)");
        }
    }

    boolean flag(String what) throws InvalidJwt {
        JsonToken token = next();
        require(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, what, "a boolean");
        return token == JsonToken.VALUE_TRUE;
    }

    /** Number of elements of an array, whatever they are. */
    int count(String what) throws InvalidJwt {
        expect(JsonToken.START_ARRAY, what, "an array");
        int elements = 0;
        for (; next() != JsonToken.END_ARRAY; elements++) {
            skipChildren();
        }
        return elements;
    }

    /** Passes over the value that comes next, checking its form all the same. */
    void skip() throws InvalidJwt {
        next();
        skipChildren();
    }

    private void skipChildren() throws InvalidJwt {
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** Nothing but white space may follow. */
    void end() throws InvalidJwt {
        try {
            if (parser.nextToken() != null) {
                throw new InvalidJwt("JSON: more after the object (expected: one object)");
            }
        } catch (IOException e) {
            throw malformed();
        }
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new AssertionError("a parser over an array closes nothing", e);
        }
    }

    /** The next token, which must exist. */
    JsonToken next() throws InvalidJwt {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw malformed();
            }
            return token;
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** Text of the current token. */
    String currentText() throws InvalidJwt {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed();
        }
    }

    private void expect(JsonToken expected, String what, String inWords) throws InvalidJwt {
        require(next() == expected, what, inWords);
    }

    private static void require(boolean fits, String what, String inWords) throws InvalidJwt {
        if (!fits) {
            throw new InvalidJwt(what + ": of another type (expected: " + inWords + ")");
        }
    }

    /** The parser's own message quotes the input, which may be a password. */
    private InvalidJwt malformed() {
        return new InvalidJwt(
                "JSON: malformed, duplicate name or too large, at byte "
                        + parser.currentLocation().getByteOffset());
    }
}
