// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AnnotationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A JSON Schema (2020-12) of {@code ops/schema/}, as packaged into the jar: shape, types, ranges
 * and known keys of a file. What depends on several keys is judged after it by a reader.
 *
 * <p>Our schemas name alternatives by lists of types, never by {@code anyOf} or {@code oneOf}: a
 * failed branch could only be explained as "none of these". A {@code title} says what is expected,
 * a {@code description} what it is for; {@code x-instead} holds our names for keys that people may
 * expect under another one. Thread-safe.
 */
final class ConfigSchema {
    /** The files that have a schema. */
    enum Kind {
        COUNTERSIGN,
        POLICY,
        CASES,
        USERS,
        VIEW
    }

    private final JsonNode json;
    private final Schema schema;
    private final SchemaProblems explained;

    private ConfigSchema(JsonNode json) {
        this.json = json;
        this.schema =
                SchemaRegistry.withDialect(
                                Dialect.builder(Dialects.getDraft202012())
                                        .keyword(new AnnotationKeyword("x-instead"))
                                        .build())
                        .getSchema(json);
        this.explained = new SchemaProblems(json);
    }

    /** Loads one from the jar; costs some tens of milliseconds. */
    static ConfigSchema of(Kind kind) {
        String name = "schema/" + Words.of(kind) + ".schema.json";
        try (InputStream in = ConfigSchema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": missing (expected: in the jar)");
            }
            return new ConfigSchema(new ObjectMapper().readTree(in));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }

    JsonNode json() {
        return json;
    }

    /** Adds a problem for everything in the file that is not as the schema wants it. */
    void check(YamlFile file, Problems problems) {
        JsonNode document = file.json();
        for (Error error : schema.validate(document)) {
            SchemaProblems.Finding finding = explained.explain(error, document);
            // What the parser has refused already need not also be of the wrong type.
            if (!problems.touch(file.path(), finding.path()) || finding.isAboutTheKey()) {
                problems.add(file.problem(finding.path(), finding.message()));
            }
        }
    }
}
