// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a configuration file: {@code rules[2].grant.account}. Keys with unusual characters are
 * quoted: {@code accounts."my.app".id}. Immutable.
 */
public final class KeyPath {
    /** The whole file. */
    public static final KeyPath ROOT = new KeyPath(null, null);

    private static final Pattern STEP =
            Pattern.compile(
                    "\\[(?<index>[0-9]{1,9})]"
                            + "|\\.?(?:(?<plain>[A-Za-z0-9_$-]+)"
                            + "|\"(?<quoted>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")");

    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(u\\{(10[0-9a-f]{4}|[0-9a-f]{1,5})}|[^u])", Pattern.DOTALL);

    /** Longer keys are cut: they only tell where to look. */
    private static final int MAX_SHOWN = 64;

    /** One step down: into a mapping or into a list. */
    public sealed interface Step {
        /** By key of a mapping. */
        record Key(String name) implements Step {}

        /** By position in a list, from 0. */
        record Index(int value) implements Step {}
    }

    /**
     * A link to the place around this one instead of a list of steps: a place is made for every
     * value of a file, and looked at only where something is wrong.
     */
    private final @Nullable KeyPath around;

    private final @Nullable Step last;

    private KeyPath(@Nullable KeyPath around, @Nullable Step last) {
        this.around = around;
        this.last = last;
    }

    static KeyPath of(List<Step> steps) {
        KeyPath path = ROOT;
        for (Step step : steps) {
            path = path.and(step);
        }
        return path;
    }

    /** From the root to here. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (KeyPath at = this; at != null && at.last != null; at = at.around) {
            steps.add(at.last);
        }
        return List.copyOf(steps.reversed());
    }

    /**
     * Reads what {@link #toString} wrote. A text that it cannot have written (a cut key) gives the
     * part in front of it that it can.
     */
    static KeyPath parse(String text) {
        KeyPath path = ROOT;
        Matcher step = STEP.matcher(text);
        while (step.lookingAt()) {
            if (step.group("index") != null) {
                path = path.index(Integer.parseInt(step.group("index")));
            } else if (step.group("plain") != null) {
                path = path.key(step.group("plain"));
            } else {
                path = path.key(unquoted(step.group("quoted")));
            }
            step.region(step.end(), text.length());
        }
        return path;
    }

    private static String unquoted(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(
                                switch (escape.group(1).charAt(0)) {
                                    case 'n' -> "\n";
                                    case 't' -> "\t";
                                    case 'u' ->
                                            Character.toString(
                                                    Integer.parseInt(escape.group(2), 16));
                                    default -> escape.group(1);
                                }));
    }

    /** The value of a key in the mapping at this place. */
    public KeyPath key(String name) {
        return and(new Step.Key(name));
    }

    /** The item at a position in the list at this place. */
    public KeyPath index(int position) {
        return and(new Step.Index(position));
    }

    /** The key that is nearest to the end; empty at the root. */
    public Optional<String> lastKey() {
        return steps().reversed().stream()
                .filter(Step.Key.class::isInstance)
                .map(step -> ((Step.Key) step).name())
                .findFirst();
    }

    KeyPath and(Step step) {
        return new KeyPath(this, step);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyPath path && steps().equals(path.steps());
    }

    @Override
    public int hashCode() {
        return steps().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(48);
        write(text);
        return text.toString();
    }

    private void write(StringBuilder text) {
        if (around != null) {
            around.write(text);
        }
        switch (last) {
            case null -> {} // the root
            case Step.Index(int value) -> text.append('[').append(value).append(']');
            case Step.Key(String name) -> {
                text.append(text.isEmpty() ? "" : ".");
                text.append(isPlain(name) ? cut(name) : quoted(name));
            }
        }
    }

    /** Letters, digits, {@code _ $ -}: a file of many rules has no time for an expression. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!isLetter && !(c >= '0' && c <= '9') && "_$-".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** In double quotes, in one line, of bounded length. */
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder(text.length() + 2).append('"');
        cut(text)
                .codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '"', '\\' -> shown.append('\\').appendCodePoint(c);
                        case '\n' -> shown.append("\\n");
                        case '\t' -> shown.append("\\t");
                        default -> {
                            // Control and format characters could forge lines in a terminal.
                            if (isPlain(c)) {
                                shown.appendCodePoint(c);
                            } else {
                                shown.append("\\u{%x}".formatted(c));
                            }
                        }
                    }
                });
        return shown.append('"').toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    false;
            default -> true;
        };
    }

    private static String cut(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
