// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Changes one list of a YAML text and leaves every other character as it is, comments too. The
 * result is read again before it is given away: if it does not say exactly what the old text said
 * with that one change, there is no result, and the caller asks a person. Nothing is guessed.
 */
public final class YamlEdit {
    /** What is text to every reader without quotes. */
    private static final Pattern PLAIN =
            Pattern.compile("(?!(?i:true|false|null|yes|no|on|off)$)[A-Za-z_][A-Za-z0-9_./-]*");

    private static final Pattern DASH = Pattern.compile(" *- +");
    private static final Pattern KEY =
            Pattern.compile("(?<indent> *)(?:[A-Za-z0-9_-]+|\"[^\"]*\"): +");

    private final String text;
    private final List<String> keys;

    /** A text with line ends of one character, and the keys that lead to the list. */
    private YamlEdit(String text, List<String> keys) {
        this.text = text;
        this.keys = keys;
    }

    /**
     * Puts a text in front of a list, or of the one value that stands there without brackets.
     *
     * @param keys lead to the list, from the root
     */
    public static Optional<String> prepend(String text, List<String> keys, String item) {
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.checked(
                edit.list().flatMap(list -> edit.inFront(list, quoted(item))),
                before -> {
                    ArrayNode after = JsonNodeFactory.instance.arrayNode().add(item);
                    return before.isArray() ? after.addAll((ArrayNode) before) : after.add(before);
                });
    }

    /** Puts a mapping in front of a list of mappings. */
    public static Optional<String> prepend(
            String text, List<String> keys, Map<String, String> item) {
        String written =
                item.entrySet().stream()
                        .map(it -> it.getKey() + ": " + quoted(it.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.checked(
                edit.list()
                        .filter(list -> !list.isBare())
                        .flatMap(list -> edit.inFront(list, written)),
                before -> {
                    ObjectNode first = JsonNodeFactory.instance.objectNode();
                    item.forEach(first::put);
                    ArrayNode after = JsonNodeFactory.instance.arrayNode().add(first);
                    return before.isArray() ? after.addAll((ArrayNode) before) : before;
                });
    }

    /** Takes the item at a position out of a list of two or more. */
    public static Optional<String> remove(String text, List<String> keys, int index) {
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.checked(
                edit.list().flatMap(list -> edit.without(list, index)),
                before -> {
                    ArrayNode after = before.deepCopy();
                    after.remove(index);
                    return after;
                });
    }

    /** Gives a key another text as its value. */
    public static Optional<String> set(String text, List<String> keys, String value) {
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.checked(
                edit.list()
                        .filter(Found::isBare)
                        .map(it -> edit.cut(it.start(), it.end(), quoted(value))),
                _ -> TextNode.valueOf(value));
    }

    /**
     * Puts a further key behind one that has a text as its value.
     *
     * @param keys lead to that one
     * @param value text of YAML
     */
    public static Optional<String> add(
            String text, List<String> keys, String key, JsonNode means, String value) {
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.changed(
                edit.list()
                        .filter(Found::isBare)
                        .map(it -> edit.behind(it, quoted(key) + ": " + value)),
                mapping -> mapping.set(key, means));
    }

    /** Takes a key of its own line or lines away. */
    public static Optional<String> drop(String text, List<String> keys) {
        YamlEdit edit = new YamlEdit(text, keys);
        return edit.changed(
                edit.list().flatMap(edit::withoutLine), mapping -> mapping.remove(keys.getLast()));
    }

    /** How a text is written so that it is read as just that text. */
    public static String quoted(String item) {
        return PLAIN.matcher(item).matches()
                ? item
                : "\"" + item.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A list in the text, by offsets. */
    private record Found(int start, int end, boolean isFlow, boolean isBare, List<Item> items) {}

    /** One item: where it starts, and where the last thing in it that is written ends. */
    private record Item(int start, int end) {}

    private Optional<String> inFront(Found list, String item) {
        if (list.isBare()) {
            return Optional.of(
                    cut(
                            list.start(),
                            list.end(),
                            "[" + item + ", " + text.substring(list.start(), list.end()) + "]"));
        }
        if (list.items().isEmpty()) {
            return list.isFlow()
                    ? Optional.of(cut(list.start() + 1, list.start() + 1, item))
                    : Optional.empty();
        }
        int first = list.items().getFirst().start();
        if (list.isFlow()) {
            return Optional.of(cut(first, first, item + ", "));
        }
        int line = lineStart(first);
        String dash = text.substring(line, first);
        return DASH.matcher(dash).matches()
                ? Optional.of(cut(line, line, dash + item + "\n"))
                : Optional.empty();
    }

    private Optional<String> without(Found list, int index) {
        List<Item> items = list.items();
        if (list.isBare() || index < 0 || index >= items.size() || items.size() < 2) {
            return Optional.empty();
        }
        Item item = items.get(index);
        boolean isLast = index == items.size() - 1;
        if (list.isFlow()) {
            return Optional.of(
                    isLast
                            ? cut(items.get(index - 1).end(), item.end(), "")
                            : cut(item.start(), items.get(index + 1).start(), ""));
        }
        int line = lineStart(item.start());
        return DASH.matcher(text.substring(line, item.start())).matches()
                ? Optional.of(cut(line, lineEnd(item.end()), ""))
                : Optional.empty();
    }

    /** On a line of its own where the key before it has one. */
    private String behind(Found value, String entry) {
        int line = lineStart(value.start());
        Matcher key = KEY.matcher(text.substring(line, value.start()));
        return key.matches()
                ? cut(
                        lineEnd(value.end()),
                        lineEnd(value.end()),
                        (text.endsWith("\n") || lineEnd(value.end()) < text.length() ? "" : "\n")
                                + key.group("indent")
                                + entry
                                + "\n")
                : cut(value.end(), value.end(), ", " + entry);
    }

    /** A block list begins on the line after its key. */
    private Optional<String> withoutLine(Found value) {
        int line = lineStart(value.start());
        if (!value.isFlow() && !value.isBare()) {
            line = lineStart(line - 1);
            return KEY.matcher(text.substring(line, lineEnd(line)).stripTrailing() + " ").matches()
                    ? Optional.of(cut(line, lineEnd(value.items().getLast().end()), ""))
                    : Optional.empty();
        }
        return KEY.matcher(text.substring(line, value.start())).matches()
                ? Optional.of(cut(line, lineEnd(value.end()), ""))
                : Optional.empty();
    }

    private String cut(int from, int to, String with) {
        return text.substring(0, from) + with + text.substring(to);
    }

    private int lineStart(int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    private int lineEnd(int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end + 1;
    }

    /** The new text, if it says what it should and nothing else. */
    private Optional<String> checked(Optional<String> edited, UnaryOperator<JsonNode> change) {
        return changed(
                edited,
                mapping -> mapping.set(keys.getLast(), change.apply(mapping.get(keys.getLast()))));
    }

    private Optional<String> changed(Optional<String> edited, Consumer<ObjectNode> change) {
        Optional<JsonNode> before = read(text);
        if (edited.isEmpty() || before.isEmpty()) {
            return Optional.empty();
        }
        JsonNode expected = before.get().deepCopy();
        JsonNode parent = expected;
        for (String key : keys.subList(0, keys.size() - 1)) {
            parent = parent.path(key);
        }
        if (!(parent instanceof ObjectNode mapping) || !mapping.has(keys.getLast())) {
            return Optional.empty();
        }
        change.accept(mapping);
        return edited.filter(it -> read(it).equals(Optional.of(expected)));
    }

    private static Optional<JsonNode> read(String text) {
        Problems problems = new Problems();
        return YamlFile.parse(Path.of("edited"), text.getBytes(StandardCharsets.UTF_8), problems)
                .filter(_ -> problems.isEmpty())
                .map(YamlFile::json);
    }

    /** Finds the list; nothing where an alias or an anchor could mean it elsewhere, too. */
    private Optional<Found> list() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        ParserImpl events = new ParserImpl(new StreamReader(text), options);
        try {
            events.getEvent(); // start of the stream
            events.getEvent(); // start of the document
            for (String key : keys) {
                if (!enter(events, key)) {
                    return Optional.empty();
                }
            }
            return found(events, events.getEvent());
        } catch (YAMLException broken) {
            return Optional.empty();
        }
    }

    /** Goes on to the value of a key of the mapping that comes next. */
    private boolean enter(ParserImpl events, String key) {
        if (!(events.getEvent() instanceof MappingStartEvent mapping) || isShared(mapping)) {
            return false;
        }
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            if (events.getEvent() instanceof ScalarEvent name && name.getValue().equals(key)) {
                return true;
            }
            skip(events, events.getEvent());
        }
        return false;
    }

    private Optional<Found> found(ParserImpl events, Event value) {
        if (value instanceof ScalarEvent bare && !isShared(bare)) {
            return Optional.of(
                    new Found(
                            at(bare.getStartMark()),
                            at(bare.getEndMark()),
                            false,
                            true,
                            List.of()));
        }
        if (!(value instanceof SequenceStartEvent list) || isShared(list)) {
            return Optional.empty();
        }
        List<Item> items = new ArrayList<>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            Event item = events.getEvent();
            int start = at(item.getStartMark());
            items.add(new Item(start, skip(events, item)));
        }
        return Optional.of(
                new Found(
                        at(list.getStartMark()),
                        at(events.getEvent().getEndMark()),
                        list.isFlow(),
                        false,
                        items));
    }

    /**
     * Passes over what an event begins.
     *
     * @return where the last of it that is written ends: a block has no end of its own
     */
    private int skip(ParserImpl events, Event first) {
        int depth = 0;
        int end = 0;
        Event event = first;
        while (true) {
            boolean isBlockEnd = event instanceof CollectionEndEvent && isEmptyMark(event);
            if (!isBlockEnd) {
                end = at(event.getEndMark());
            }
            depth += event instanceof CollectionStartEvent ? 1 : 0;
            depth -= event instanceof CollectionEndEvent ? 1 : 0;
            if (depth == 0) {
                return end;
            }
            event = events.getEvent();
        }
    }

    private static boolean isEmptyMark(Event event) {
        return event.getStartMark().getIndex() == event.getEndMark().getIndex();
    }

    private static boolean isShared(Event event) {
        return event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor() != null);
    }

    /** Marks count characters, and a few of them are two of ours. */
    private int at(Mark mark) {
        return text.offsetByCodePoints(0, mark.getIndex());
    }
}
