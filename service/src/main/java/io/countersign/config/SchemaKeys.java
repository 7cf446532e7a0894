// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a schema knows: all its keys, and for each place what is expected there. References are
 * followed; our schemas have none in circles.
 */
final class SchemaKeys {
    private final JsonNode schema;
    private final List<String> all = new ArrayList<>();

    SchemaKeys(JsonNode schema) {
        this.schema = schema;
        collect(schema, "");
    }

    /**
     * Every key as {@code nats.tls.ca}; {@code *} stands for a free key of a mapping, {@code []}
     * for the items of a list.
     */
    List<String> all() {
        return List.copyOf(all);
    }

    List<String> pathsEndingIn(String key) {
        return all.stream().filter(path -> path.equals(key) || path.endsWith("." + key)).toList();
    }

    /** What is expected at a place, in the words of its {@code title}. */
    String expected(JsonNode place) {
        JsonNode node = resolved(place);
        if (node.has("title")) {
            return node.get("title").asText();
        } else if (node.has("enum")) {
            return anyOf(texts(node.get("enum")));
        } else if (node.has("const")) {
            return node.get("const").asText();
        }
        return "something else";
    }

    /** {@code a, b or c}. */
    static String anyOf(List<String> words) {
        if (words.size() < 2) {
            return String.join("", words);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    static List<String> names(JsonNode properties) {
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private JsonNode resolved(JsonNode place) {
        return place.has("$ref") ? schema.at(place.get("$ref").asText().substring(1)) : place;
    }

    private void collect(JsonNode place, String path) {
        JsonNode node = resolved(place);
        JsonNode properties = node.path("properties");
        for (String name : names(properties)) {
            String deeper = path.isEmpty() ? name : path + "." + name;
            all.add(deeper);
            collect(properties.get(name), deeper);
        }
        if (node.path("additionalProperties").isObject()) {
            collect(node.get("additionalProperties"), path + ".*");
        }
        if (node.has("items")) {
            collect(node.get("items"), path + "[]");
        }
    }
}
