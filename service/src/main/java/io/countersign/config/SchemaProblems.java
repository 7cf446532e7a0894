// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Turns the validator's errors into sentences for an operator: what was found, what was expected.
 * The validator's own texts are not used; they talk about patterns, and they repeat values.
 */
final class SchemaProblems {
    private final JsonNode schema;
    private final SchemaKeys keys;

    /**
     * An error in our words.
     *
     * @param isAboutTheKey whether the key itself is wrong, whatever its value
     */
    record Finding(KeyPath path, String message, boolean isAboutTheKey) {}

    SchemaProblems(JsonNode schema) {
        this.schema = schema;
        this.keys = new SchemaKeys(schema);
    }

    Finding explain(Error error, JsonNode document) {
        KeyPath at = path(error.getInstanceLocation(), document);
        JsonNode owner = owner(error);
        String keyword = error.getKeyword();
        return switch (keyword) {
            case "additionalProperties" -> {
                KeyPath key = at.key(error.getProperty());
                yield new Finding(key, unknown(error.getProperty(), at, owner), true);
            }
            case "propertyNames" -> {
                String expected = keys.expected(error.getSchemaNode());
                yield new Finding(
                        at.key(error.getProperty()),
                        "a key that does not fit (expected: " + expected + ")",
                        true);
            }
            case "required", "dependentRequired" -> {
                String key = missing(error);
                String expected = keys.expected(owner.path("properties").path(key));
                yield value(at.key(key), "missing (expected: " + expected + ")");
            }
            case "uniqueItems" -> {
                int second = firstRepeated(error.getInstanceNode());
                yield value(at.index(second), "is in the list twice (expected: once)");
            }
            default ->
                    value(
                            at,
                            found(keyword, at, error)
                                    + " (expected: "
                                    + expected(keyword, owner, error)
                                    + ")");
        };
    }

    private static Finding value(KeyPath at, String message) {
        return new Finding(at, message, false);
    }

    private static String found(String keyword, KeyPath at, Error error) {
        JsonNode value = error.getInstanceNode();
        return switch (keyword) {
            case "minItems" -> value.isEmpty() ? "an empty list" : "a list of " + value.size();
            case "maxItems" -> "a list of " + value.size();
            case "minProperties" -> "an empty mapping";
            case "maxProperties" -> "a mapping with " + value.size() + " keys";
            default -> Redaction.show(at, value);
        };
    }

    private String expected(String keyword, JsonNode owner, Error error) {
        return switch (keyword) {
            case "minimum", "maximum" ->
                    owner.path("minimum").asText() + " to " + owner.path("maximum").asText();
            case "maxItems" -> "at most " + owner.path(keyword).asText();
            case "type" ->
                    keys.expected(owner)
                            + (needsQuotes(owner, error.getInstanceNode())
                                    ? "; put it in quotes"
                                    : "");
            default -> keys.expected(owner);
        };
    }

    private static boolean wantsText(JsonNode owner) {
        JsonNode type = owner.path("type");
        return type.asText().equals("string")
                || StreamSupport.stream(type.spliterator(), false)
                        .anyMatch(one -> one.asText().equals("string"));
    }

    /** Whether the value would do if it were written as text. */
    private static boolean needsQuotes(JsonNode owner, JsonNode value) {
        return wantsText(owner)
                && (value.isNumber() || value.isBoolean())
                && Pattern.compile(owner.path("pattern").asText()).matcher(value.asText()).find();
    }

    private String unknown(String key, KeyPath at, JsonNode owner) {
        JsonNode instead = owner.path("x-instead").path(key);
        if (instead.isTextual()) {
            return "unknown key; it is called \"" + instead.asText() + "\" here";
        }
        List<String> known = SchemaKeys.names(owner.path("properties"));
        Optional<String> near = NearestName.of(key, known);
        if (near.isPresent()) {
            return "unknown key; did you mean \"" + near.get() + "\"?";
        }
        List<String> elsewhere = keys.pathsEndingIn(key);
        if (elsewhere.size() == 1 && !elsewhere.getFirst().equals(at.key(key).toString())) {
            return "unknown key; did you mean " + elsewhere.getFirst() + "?";
        }
        return "unknown key (expected: " + SchemaKeys.anyOf(known) + ")";
    }

    /** Of {@code dependentRequired}, only the message key tells which of two keys is missing. */
    private static String missing(Error error) {
        Object[] arguments = error.getArguments();
        return arguments == null || arguments.length == 0
                ? Objects.requireNonNullElse(error.getProperty(), "")
                : String.valueOf(arguments[0]);
    }

    private static int firstRepeated(JsonNode list) {
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            if (!seen.add(list.get(i))) {
                return i;
            }
        }
        return 0;
    }

    /** The part of the schema that contains the failed keyword. */
    private JsonNode owner(Error error) {
        NodePath fragment = error.getSchemaLocation().getFragment();
        JsonNode node = schema;
        for (int i = 0; i < fragment.getNameCount() - 1; i++) {
            node =
                    fragment.getElement(i) instanceof Integer index
                            ? node.path(index)
                            : node.path(fragment.getName(i));
        }
        return node;
    }

    private static KeyPath path(NodePath location, JsonNode document) {
        List<KeyPath.Step> steps = new ArrayList<>();
        JsonNode node = document;
        for (int i = 0; i < location.getNameCount(); i++) {
            if (node.isArray() && location.getElement(i) instanceof Integer index) {
                steps.add(new KeyPath.Step.Index(index));
                node = node.path(index);
            } else {
                steps.add(new KeyPath.Step.Key(location.getName(i)));
                node = node.path(location.getName(i));
            }
        }
        return KeyPath.of(steps);
    }
}
