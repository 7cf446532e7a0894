// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a YAML file says, with the line of everything. Immutable. */
public sealed interface YamlNode {
    /** Where it starts, from 1. What an alias brings in keeps the line of its anchor. */
    int line();

    /** The same as JSON. Callers do not change it. */
    JsonNode json();

    /** One step further in, if there is something. */
    default Optional<Entry> child(KeyPath.Step step) {
        return switch (step) {
            case KeyPath.Step.Key(String name) when this instanceof Mapping mapping ->
                    Optional.ofNullable(mapping.entries().get(name));
            case KeyPath.Step.Index(int index)
                    when this instanceof Sequence list && index < list.items().size() -> {
                YamlNode item = list.items().get(index);
                yield Optional.of(new Entry(item.line(), item));
            }
            case KeyPath.Step.Key _, KeyPath.Step.Index _ -> Optional.empty();
        };
    }

    /** Keys in the order of the file; each only once. */
    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public JsonNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            entries.forEach((key, entry) -> json.set(key, entry.value().json()));
            return json;
        }
    }

    /**
     * A key's value.
     *
     * @param line of the key
     */
    record Entry(int line, YamlNode value) {}

    /** A list. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public JsonNode json() {
            ArrayNode json = JsonNodeFactory.instance.arrayNode(items.size());
            items.forEach(item -> json.add(item.json()));
            return json;
        }
    }

    /** Text, a number, true or false, or nothing, by the core schema of YAML 1.2. */
    record Scalar(int line, JsonNode json) implements YamlNode {}
}
