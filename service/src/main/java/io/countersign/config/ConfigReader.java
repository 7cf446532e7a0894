// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place in a file that the schema has judged, from which typed values are read by hand.
 *
 * <p>Reading never stops: a value that is missing, of the wrong type or already reported comes back
 * as the fallback of the caller, so that the rest of the file is still looked at. Whoever loads a
 * file calls {@link Problems#throwIfAny} before anybody sees the result; a fallback therefore never
 * replaces a bad value, it only stands in for it until then.
 */
public final class ConfigReader {
    private final YamlFile file;
    private final Problems problems;
    private final KeyPath path;
    private final @Nullable YamlNode node;

    /** A value type's own reading of a text. */
    @FunctionalInterface
    public interface Parser<T> {
        /**
         * Reads a text.
         *
         * @throws IllegalArgumentException with what was expected, without repeating the text:
         *     {@code (expected: …)}
         */
        T parse(String text);
    }

    private ConfigReader(YamlFile file, Problems problems, KeyPath path, @Nullable YamlNode node) {
        this.file = file;
        this.problems = problems;
        this.path = path;
        this.node = node;
    }

    /** At the root of a file. */
    public static ConfigReader of(YamlFile file, Problems problems) {
        return new ConfigReader(file, problems, KeyPath.ROOT, file.root());
    }

    public KeyPath path() {
        return path;
    }

    /** The value of a key; a reader of nothing if there is no such key. */
    public ConfigReader key(String name) {
        YamlNode.Entry entry =
                node instanceof YamlNode.Mapping mapping ? mapping.entries().get(name) : null;
        YamlNode value = entry == null ? null : entry.value();
        return new ConfigReader(file, problems, path.key(name), value);
    }

    /** Whether something is written here. */
    public boolean isPresent() {
        return node != null;
    }

    /** Whether what is written here may be used: present, and nothing wrong with it so far. */
    public boolean isSound() {
        return node != null && !isFlawed();
    }

    /** Whether something is known to be wrong here or inside of it. */
    public boolean isFlawed() {
        return problems.touch(file.path(), path);
    }

    /** Makes something of what is here, unless something is wrong with it. */
    public <T> Optional<T> build(Supplier<T> record) {
        return isFlawed() ? Optional.empty() : Optional.of(record.get());
    }

    /** For a problem at another place: {@code users[0].name in line 4}. */
    String place() {
        return path + " in line " + file.line(path);
    }

    /** Adds a problem at this place. */
    public void refuse(String message) {
        problems.add(file.problem(path, message));
    }

    /** Adds a problem that starts with the text here, if that may be shown; gives nothing. */
    public <T> Optional<T> refuseValue(String message) {
        String found = node == null ? "nothing" : Redaction.show(path, node.json());
        refuse(found + " " + message);
        return Optional.empty();
    }

    /** What is written here, as JSON in the order of the file. */
    String written() {
        return node == null ? "" : String.valueOf(node.json());
    }

    /** Where relative paths of the file start. */
    public Folder folder() {
        return Folder.of(file.path());
    }

    /** The items of the list here; one value without brackets counts as a list of one. */
    public List<ConfigReader> items() {
        return switch (node) {
            case null -> List.of();
            case YamlNode.Sequence list -> {
                List<ConfigReader> items = new ArrayList<>();
                for (YamlNode item : list.items()) {
                    items.add(new ConfigReader(file, problems, path.index(items.size()), item));
                }
                yield List.copyOf(items);
            }
            case YamlNode.Scalar scalar when scalar.json().isNull() -> List.of();
            case YamlNode.Scalar _, YamlNode.Mapping _ -> List.of(this);
        };
    }

    /** The entries of the mapping here, in the order of the file. */
    public Map<String, ConfigReader> entries() {
        Map<String, ConfigReader> entries = new LinkedHashMap<>();
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries().keySet().forEach(name -> entries.put(name, key(name)));
        }
        return entries;
    }

    /** Text. */
    public String text(String otherwise) {
        return text().orElse(otherwise);
    }

    /** Text, if there is any. */
    public Optional<String> text() {
        return scalar(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** All items as text. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (ConfigReader item : items()) {
            item.text().ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    /** A whole number; its range is the schema's business. */
    public int integer(int otherwise) {
        return scalar(JsonNode::canConvertToInt).map(JsonNode::intValue).orElse(otherwise);
    }

    /** True or false. */
    public boolean flag(boolean otherwise) {
        return scalar(JsonNode::isBoolean).map(JsonNode::booleanValue).orElse(otherwise);
    }

    /** A duration within bounds, like {@code 1500ms} or {@code 30d}. */
    public Duration duration(Duration otherwise, Duration min, Duration max) {
        return value(text -> DurationText.parse(text, min, max)).orElse(otherwise);
    }

    /** A number of bytes within bounds, like {@code 64KiB}. */
    public long size(long otherwise, long min, long max) {
        return value(text -> SizeText.parse(text, min, max)).orElse(otherwise);
    }

    /** A path; a relative one starts at the folder of the file. */
    public Optional<Path> file(Folder folder) {
        return value(folder::resolve);
    }

    /** One of the words of an enum: {@code STATIC_ONLY} is written {@code static-only}. */
    public <E extends Enum<E>> E word(Class<E> words, E otherwise) {
        return text().flatMap(text -> Words.find(words, text)).orElse(otherwise);
    }

    /** A value type that reads its own text; what it refuses becomes a problem at this place. */
    public <T> Optional<T> value(Parser<T> parser) {
        return text().flatMap(text -> parsed(text, parser));
    }

    private <T> Optional<T> parsed(String text, Parser<T> parser) {
        try {
            return Optional.of(parser.parse(text));
        } catch (IllegalArgumentException refused) {
            return refuseValue(String.valueOf(refused.getMessage()));
        }
    }

    private Optional<JsonNode> scalar(Predicate<JsonNode> type) {
        return isSound() && node instanceof YamlNode.Scalar(int _, JsonNode json) && type.test(json)
                ? Optional.of(json)
                : Optional.empty();
    }
}
