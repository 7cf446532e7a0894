// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Text to {@link YamlNode}s, over the library's events rather than its node graph: so aliases,
 * depth and size are bounded while reading, no tag means anything, and no class is ever built.
 */
final class YamlParser {
    private final Path file;
    private final Problems problems;
    private final YamlLimits limits;
    private final ParserImpl events;
    private final Map<String, Anchor> anchors = new HashMap<>();
    private int nodes;

    /**
     * What an alias brings in.
     *
     * @param node null while it is still being read
     * @param nodes how many values it is made of
     */
    private record Anchor(@Nullable YamlNode node, int nodes) {}

    /** Leaves a file that cannot be read any further; never leaves this class. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("abandoned", null, false, false);
        }
    }

    YamlParser(Path file, String text, Problems problems, YamlLimits limits) {
        this.file = file;
        this.problems = problems;
        this.limits = limits;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE); // the size of the file is checked before
        this.events = new ParserImpl(new StreamReader(text), options);
    }

    /** The root, or nothing if it is not YAML; smaller problems are added on the way. */
    Optional<YamlNode> parse() {
        try {
            events.getEvent(); // start of the stream
            if (events.checkEvent(Event.ID.StreamEnd)) {
                return refuse(1, KeyPath.ROOT, "the file is empty");
            }
            events.getEvent(); // start of the document
            YamlNode root = node(KeyPath.ROOT, 1);
            events.getEvent(); // end of the document
            if (!events.checkEvent(Event.ID.StreamEnd)) {
                int line = line(events.peekEvent());
                return refuse(line, KeyPath.ROOT, "a second document (expected: one in a file)");
            }
            return root.json().isNull()
                    ? refuse(root.line(), KeyPath.ROOT, "the file is empty")
                    : Optional.of(root);
        } catch (Abandoned reported) {
            return Optional.empty();
        } catch (MarkedYAMLException broken) {
            int line = broken.getProblemMark() == null ? 0 : broken.getProblemMark().getLine() + 1;
            return refuse(line, KeyPath.ROOT, SyntaxAdvice.of(broken));
        } catch (YAMLException broken) {
            return refuse(0, KeyPath.ROOT, "not YAML");
        }
    }

    private YamlNode node(KeyPath at, int depth) {
        Event event = events.getEvent();
        int line = line(event);
        if (depth > limits.depth()) {
            throw abandon(line, at, "nested too deeply (expected: <= " + limits.depth() + ")");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(line, at, alias.getAnchor());
        }
        int before = nodes;
        count(line, at, 1);
        String anchor = event instanceof NodeEvent named ? named.getAnchor() : null;
        if (anchor != null) {
            anchors.put(anchor, new Anchor(null, 0));
        }
        YamlNode node =
                switch (event) {
                    case ScalarEvent scalar -> scalar(line, at, scalar);
                    case SequenceStartEvent start -> sequence(line, at, start, depth);
                    case MappingStartEvent start -> mapping(line, at, start, depth);
                    default -> throw new IllegalStateException("unexpected " + event.getEventId());
                };
        if (anchor != null) {
            anchors.put(anchor, new Anchor(node, nodes - before));
        }
        return node;
    }

    private YamlNode aliased(int line, KeyPath at, String name) {
        Anchor anchor = anchors.get(name);
        if (anchor == null) {
            throw abandon(
                    line, at, "an alias without its anchor; put text with a leading * in quotes");
        }
        if (anchor.node() == null) {
            throw abandon(line, at, "an alias inside of what it stands for");
        }
        count(line, at, anchor.nodes());
        return anchor.node();
    }

    private YamlNode sequence(int line, KeyPath at, SequenceStartEvent start, int depth) {
        refuseTag(line, at, start);
        List<YamlNode> items = new ArrayList<>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(at.index(items.size()), depth + 1));
        }
        events.getEvent();
        return new YamlNode.Sequence(line, items);
    }

    private YamlNode mapping(int line, KeyPath at, MappingStartEvent start, int depth) {
        refuseTag(line, at, start);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            Event event = events.getEvent();
            String key = key(event, at);
            KeyPath place = at.key(key);
            YamlNode.Entry entry = new YamlNode.Entry(line(event), node(place, depth + 1));
            YamlNode.Entry earlier = entries.putIfAbsent(key, entry);
            if (earlier != null) {
                refuse(entry.line(), place, "written twice; first in line " + earlier.line());
            }
        }
        events.getEvent();
        return new YamlNode.Mapping(line, entries);
    }

    private String key(Event event, KeyPath at) {
        int line = line(event);
        if (!(event instanceof ScalarEvent key)) {
            throw abandon(line, at, "a list, mapping or alias as a key (expected: a name)");
        }
        if (key.getTag() != null || key.getAnchor() != null) {
            throw abandon(line, at, "a tag or an anchor on a key (expected: a name)");
        }
        if (key.isPlain() && key.getValue().equals("<<")) {
            throw abandon(line, at, "a merge key << (expected: the keys written out; YAML 1.2)");
        }
        if (key.getValue().isEmpty()) {
            throw abandon(line, at, "an empty key (expected: a name)");
        }
        Optional<String> leak = Redaction.leak(key.getValue());
        if (leak.isPresent()) {
            throw abandon(line, at, leak.get());
        }
        count(line, at, 1);
        return key.getValue();
    }

    private YamlNode scalar(int line, KeyPath at, ScalarEvent scalar) {
        String text = scalar.getValue();
        Optional<String> leak = Redaction.leak(text);
        if (scalar.getTag() != null) {
            refuse(line, at, "a tag (!…) in front of a value; text with a leading ! needs quotes");
        } else if (scalar.getScalarStyle() == ScalarStyle.FOLDED && text.isBlank()) {
            refuse(line, at, "> without quotes starts a folded text (expected: \">\")");
        } else if (hasLoneSurrogate(text)) {
            refuse(line, at, "half a character (a lone surrogate; expected: whole characters)");
        } else if (leak.isPresent()) {
            refuse(line, at, leak.get());
        } else if (scalar.isPlain()) {
            Optional<JsonNode> meaning = CoreSchema.resolve(text);
            if (meaning.isPresent()) {
                return new YamlNode.Scalar(line, meaning.get());
            }
            refuse(line, at, CoreSchema.why(text));
        }
        return new YamlNode.Scalar(line, TextNode.valueOf(text));
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            // A whole pair is one code point above them.
            int c = text.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return true;
            }
            i += Character.charCount(c) - 1;
        }
        return false;
    }

    private void refuseTag(int line, KeyPath at, CollectionStartEvent start) {
        if (start.getTag() != null) {
            refuse(line, at, "a tag (!…) in front of a list or mapping (expected: none)");
        }
    }

    private void count(int line, KeyPath at, int more) {
        nodes += more;
        if (nodes > limits.nodes()) {
            throw abandon(line, at, "too many values (expected: <= " + limits.nodes() + ")");
        }
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }

    private Abandoned abandon(int line, KeyPath at, String message) {
        refuse(line, at, message);
        return new Abandoned();
    }

    private Optional<YamlNode> refuse(int line, KeyPath at, String message) {
        problems.add(new Problem(file, line, at.toString(), message));
        return Optional.empty();
    }
}
