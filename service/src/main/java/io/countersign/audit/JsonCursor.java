// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON strictly: each value must be of the kind asked for, no field twice, bounded in depth
 * and length. For bytes from disk or stream, which may have been edited.
 */
final class JsonCursor implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 20;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(8)
                                    .maxStringLength(1 << 16)
                                    .maxNumberLength(20)
                                    .maxNameLength(AuditEntry.NAME_BYTES)
                                    .maxDocumentLength(MAX_BYTES)
                                    .build())
                    .build();

    private final JsonParser parser;

    JsonCursor(byte[] bytes) throws IOException {
        this.parser = JSON.createParser(bytes);
        parser.nextToken();
    }

    /** Takes one field of an object; the cursor stands on the value. */
    @FunctionalInterface
    interface Field {
        void take(String name) throws IOException, BadEntry;
    }

    void object(Field field) throws IOException, BadEntry {
        expect(JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            field.take(name);
        }
        expect(JsonToken.END_OBJECT);
    }

    String text() throws IOException, BadEntry {
        expect(JsonToken.VALUE_STRING);
        return parser.getText();
    }

    long number() throws IOException, BadEntry {
        expect(JsonToken.VALUE_NUMBER_INT);
        return parser.getLongValue();
    }

    List<String> texts() throws IOException, BadEntry {
        expect(JsonToken.START_ARRAY);
        List<String> out = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            out.add(text());
        }
        return out;
    }

    /** Nothing may follow. */
    void end() throws IOException, BadEntry {
        if (parser.nextToken() != null) {
            throw new BadEntry("more than one value (expected: one object)");
        }
    }

    private void expect(JsonToken expected) throws BadEntry {
        if (parser.currentToken() != expected) {
            throw new BadEntry(
                    "%s: %s (expected: %s)"
                            .formatted(
                                    parser.getParsingContext().pathAsPointer(),
                                    parser.currentToken(),
                                    expected));
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
