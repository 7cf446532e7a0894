// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.setup.conf.ConfNode.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a nats-server's configuration file as the server does: keys with {@code :}, {@code =} or
 * nothing between, comments, bare and quoted texts, numbers with suffixes, variables from the
 * surrounding blocks and the environment, includes. What the server would refuse may pass; what it
 * takes is read as it reads it. Used once, by one thread.
 */
public final class ConfReader {
    /** Far above any configuration; keeps a wrong file from filling the memory. */
    private static final long MAX_BYTES = 4L << 20;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_INCLUDES = 16;

    private static final Pattern WHOLE = Pattern.compile("(-?\\d{1,9})([kKmMgG]?)([iI]?[bB])?");

    private final Path file;
    private final String name;
    private final ConfScanner text;
    private final UnaryOperator<@Nullable String> environment;
    private final int includes;

    /** Blocks that are open, the innermost first: variables are looked up in them. */
    private final Deque<Map<String, ConfNode>> scopes;

    private int depth;

    private ConfReader(
            Path file,
            String content,
            UnaryOperator<@Nullable String> environment,
            int includes,
            Deque<Map<String, ConfNode>> scopes) {
        this.file = file;
        this.name = String.valueOf(file.getFileName());
        this.text = new ConfScanner(name, content);
        this.environment = environment;
        this.includes = includes;
        this.scopes = scopes;
    }

    /**
     * Reads a file and all that it includes.
     *
     * @param environment the variables of the process, null for none of that name
     */
    public static ConfNode.Entries read(Path file, UnaryOperator<@Nullable String> environment)
            throws ConfInvalid {
        return new ConfReader(file, content(file), environment, 0, new ArrayDeque<>()).file();
    }

    /** Reads a text that could stand in this file. */
    static ConfNode.Entries parse(Path file, String content) throws ConfInvalid {
        return new ConfReader(file, content, _ -> null, 0, new ArrayDeque<>()).file();
    }

    private static String content(Path file) throws ConfInvalid {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfInvalid(file + ": is too large (expected: a server's configuration)");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfInvalid(
                    file
                            + ": cannot be read: "
                            + e.getClass().getSimpleName()
                            + " (expected: a nats-server's configuration in UTF-8)");
        }
    }

    private ConfNode.Entries file() throws ConfInvalid {
        Place start = text.place();
        text.skipBlank();
        boolean braces = text.take('{');
        Map<String, ConfNode> entries = entries(braces ? '}' : ConfScanner.END);
        text.skipBlank();
        if (!text.atEnd()) {
            throw text.invalid("something after the end (expected: nothing more)");
        }
        return new ConfNode.Entries(start, entries);
    }

    private Map<String, ConfNode> entries(char close) throws ConfInvalid {
        Map<String, ConfNode> entries = new LinkedHashMap<>();
        scopes.push(entries);
        text.skipSeparators();
        while (!text.take(close)) {
            entry(entries);
            text.skipSeparators();
        }
        scopes.pop();
        return entries;
    }

    private void entry(Map<String, ConfNode> entries) throws ConfInvalid {
        Place place = text.place();
        boolean quoted = text.peek() == '"' || text.peek() == '\'';
        String key = text.key();
        boolean spaced = text.skipLineBlank();
        boolean separated = text.take(':') || text.take('=');
        if (!quoted && spaced && !separated && key.equalsIgnoreCase("include")) {
            entries.putAll(included(place).entries());
            return;
        }
        text.skipBlank();
        entries.put(key, value(place));
    }

    private ConfNode.Entries included(Place place) throws ConfInvalid {
        String path = text.peek() == '"' || text.peek() == '\'' ? text.quoted() : text.bare();
        if (includes >= MAX_INCLUDES) {
            throw new ConfInvalid(place, "includes without end (expected: at most 16 deep)");
        }
        Path other = sibling(place, path);
        // As in servers, an included file sees none of the variables of this one.
        return new ConfReader(other, content(other), environment, includes + 1, new ArrayDeque<>())
                .file();
    }

    private Path sibling(Place place, String path) throws ConfInvalid {
        try {
            return file.resolveSibling(path);
        } catch (InvalidPathException _) {
            throw new ConfInvalid(place, "include: no path (expected: a file's)");
        }
    }

    private ConfNode value(Place place) throws ConfInvalid {
        if (++depth > MAX_DEPTH) {
            throw new ConfInvalid(place, "blocks are nested too deep (expected: at most 64)");
        }
        ConfNode value =
                switch (text.peek()) {
                    case '{' -> {
                        text.take('{');
                        yield new ConfNode.Entries(place, entries('}'));
                    }
                    case '[' -> items(place);
                    case '"', '\'' -> new ConfNode.Text(place, text.quoted());
                    case '(' -> new ConfNode.Text(place, text.block());
                    default -> bare(place);
                };
        depth--;
        return value;
    }

    private ConfNode.Items items(Place place) throws ConfInvalid {
        text.take('[');
        List<ConfNode> items = new ArrayList<>();
        text.skipSeparators();
        while (!text.take(']')) {
            items.add(value(text.place()));
            text.skipSeparators();
        }
        return new ConfNode.Items(place, items);
    }

    private ConfNode bare(Place place) throws ConfInvalid {
        String word = text.bare();
        // Servers take a bare bcrypt hash for what it is, and not for a variable.
        if (word.startsWith("$") && !word.startsWith("$2a$")) {
            return variable(place, word.substring(1));
        }
        return scalar(place, word);
    }

    private static ConfNode scalar(Place place, String word) {
        Matcher whole = WHOLE.matcher(word);
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> new ConfNode.Flag(place, true);
            case "false", "no", "off" -> new ConfNode.Flag(place, false);
            default ->
                    whole.matches()
                            ? new ConfNode.Whole(place, whole(whole))
                            : new ConfNode.Text(place, word);
        };
    }

    /** {@code 1k} is 1,000; {@code 1kb} and {@code 1ki} count in 1,024. */
    private static long whole(Matcher matcher) {
        long base = matcher.group(3) == null ? 1000 : 1024;
        long factor =
                switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> base;
                    case "m" -> base * base;
                    case "g" -> base * base * base;
                    default -> 1;
                };
        return Long.parseLong(matcher.group(1)) * factor;
    }

    private ConfNode variable(Place place, String variable) throws ConfInvalid {
        for (Map<String, ConfNode> scope : scopes) {
            @Nullable ConfNode found = scope.get(variable);
            if (found != null) {
                return moved(found, place);
            }
        }
        return Optional.ofNullable(environment.apply(variable))
                .map(value -> scalar(place, unquoted(value)))
                .orElseThrow(() ->
                        new ConfInvalid(
                                place,
                                "$"
                                        + variable
                                        + " is not known (expected: a key above it, or a variable of the environment)"));
    }

    private static String unquoted(String value) {
        boolean quoted =
                value.length() > 1
                        && (value.startsWith("\"") || value.startsWith("'"))
                        && value.endsWith(value.substring(0, 1));
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static ConfNode moved(ConfNode node, Place place) {
        return switch (node) {
            case ConfNode.Text(Place _, String value) -> new ConfNode.Text(place, value);
            case ConfNode.Whole(Place _, long value) -> new ConfNode.Whole(place, value);
            case ConfNode.Flag(Place _, boolean value) -> new ConfNode.Flag(place, value);
            case ConfNode.Items(Place _, List<ConfNode> items) -> new ConfNode.Items(place, items);
            case ConfNode.Entries(Place _, Map<String, ConfNode> entries) ->
                    new ConfNode.Entries(place, entries);
        };
    }
}
