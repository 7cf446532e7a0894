// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the YAML that programs and most people write, several times faster than {@link YamlParser},
 * for files of some hundred thousand users or ten thousand rules. It knows mappings and lists in
 * block style, flow collections within a line, quoted texts without escapes, plain scalars within a
 * line, and comments. At anything else, and at everything that would be a problem, it gives up, and
 * the other parser reads the file anew: so it need not explain anything, and must never read a file
 * otherwise than that one would. A test compares both. Used once, by one thread.
 */
final class PlainYaml {
    private static final int LONGEST_KEY = 128;

    /** Position behind the last line. */
    private static final int NO_LINE = -1;

    private final String text;
    private final YamlLimits limits;
    private int at;
    private int line;
    private int lineStart;

    /** Spaces in front of the line that we are in. */
    private int indent;

    private int nodes;

    /** The key of the root whose list is handed over item by item; empty: none is. */
    private String handedKey = "";

    private Consumer<YamlNode> hand = _ -> {};

    /** Whether a list that begins next is that one. */
    private boolean isHanded;

    /** Leaves the file to the other parser; never leaves this class. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("given up", null, false, false);
        }
    }

    PlainYaml(String text, YamlLimits limits) {
        this.text = text;
        this.limits = limits;
    }

    /** The root, or nothing if the other parser has to look. */
    Optional<YamlNode> parse() {
        try {
            line = 0;
            toLine(0);
            if (indent != 0) {
                return Optional.empty();
            }
            YamlNode root = block(1);
            return indent == NO_LINE ? Optional.of(root) : Optional.empty();
        } catch (GivenUp _) {
            return Optional.empty();
        }
    }

    /**
     * As {@link #parse()}, but the items of a list at one key of the root go to somebody, one by
     * one, and are in no tree: so a long list never is in memory as a whole. Some may have gone
     * there before it gives up.
     */
    Optional<YamlNode> parse(String key, Consumer<YamlNode> items) {
        handedKey = key;
        hand = items;
        return parse();
    }

    /** What begins in this line. */
    private YamlNode block(int depth) {
        return isDash() ? sequence(indent, depth) : mapping(indent, depth);
    }

    private YamlNode mapping(int column, int depth) {
        count(depth);
        isHanded = false;
        int first = line;
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        do {
            int keyLine = line;
            String key = key();
            isHanded = depth == 1 && key.equals(handedKey);
            YamlNode value = valueInBlock(column, depth + 1);
            isHanded = false;
            if (entries.put(key, new YamlNode.Entry(keyLine, value)) != null) {
                throw new GivenUp();
            }
        } while (indent == column);
        refuseDeeper(column);
        return new YamlNode.Mapping(first, entries);
    }

    private YamlNode sequence(int column, int depth) {
        count(depth);
        int first = line;
        List<YamlNode> items = new ArrayList<>();
        Consumer<YamlNode> taker = isHanded ? hand : items::add;
        isHanded = false;
        while (indent == column && isDash()) {
            at++;
            skipSpaces();
            if (isKey()) {
                taker.accept(mapping(at - lineStart, depth + 1));
            } else {
                taker.accept(inline(depth + 1, false));
                endLine();
                refuseDeeper(column);
            }
        }
        refuseDeeper(column);
        return new YamlNode.Sequence(first, items);
    }

    /** Behind the colon of a key at this column. */
    private YamlNode valueInBlock(int column, int depth) {
        int colon = at;
        skipSpaces();
        if (!isAtEnd(colon)) {
            YamlNode value = inline(depth, false);
            endLine();
            refuseDeeper(column);
            return value;
        }
        endLine();
        if (indent > column) {
            return block(depth);
        } else if (indent == column && isDash()) {
            return sequence(column, depth);
        }
        throw new GivenUp(); // nothing, or something unusual
    }

    /** A deeper line would go on with what stands in the line before. */
    private void refuseDeeper(int column) {
        if (indent > column) {
            throw new GivenUp();
        }
    }

    private boolean isDash() {
        return peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) == ' ';
    }

    /** Whether a key begins here; does not move. */
    private boolean isKey() {
        int end = keyEnd();
        return end > at && charAt(end) == ':' && isSpaceOrEnd(charAt(end + 1));
    }

    private String key() {
        if (!isKey()) {
            throw new GivenUp();
        }
        int end = keyEnd();
        String key = text.substring(at, end);
        if (key.length() > LONGEST_KEY || Redaction.leak(key).isPresent()) {
            throw new GivenUp();
        }
        count(1);
        at = end + 1;
        return key;
    }

    /** Behind the letters, digits, dashes, dots and underscores from here on. */
    private int keyEnd() {
        int end = at;
        if (!isLetter(charAt(end))) {
            return at;
        }
        while (isLetter(charAt(end)) || isDigit(charAt(end)) || "-_.".indexOf(charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    /** A value within the line. */
    private YamlNode inline(int depth, boolean inFlow) {
        return switch (peek()) {
            case '[' -> flowSequence(depth);
            case '{' -> flowMapping(depth);
            case '"', '\'' -> quoted(depth);
            default -> plain(depth, inFlow);
        };
    }

    private YamlNode flowSequence(int depth) {
        count(depth);
        at++;
        List<YamlNode> items = new ArrayList<>();
        skipSpaces();
        if (peek() != ']') {
            items.add(inline(depth + 1, true));
            while (goesOn(']')) {
                items.add(inline(depth + 1, true));
            }
        }
        at++;
        return new YamlNode.Sequence(line, items);
    }

    private YamlNode flowMapping(int depth) {
        count(depth);
        at++;
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        skipSpaces();
        if (peek() != '}') {
            do {
                String key = key();
                skipSpaces();
                YamlNode.Entry entry = new YamlNode.Entry(line, inline(depth + 1, true));
                if (entries.put(key, entry) != null) {
                    throw new GivenUp();
                }
            } while (goesOn('}'));
        }
        at++;
        return new YamlNode.Mapping(line, entries);
    }

    /** Behind an item: true if another one follows, false at the closing bracket. */
    private boolean goesOn(char closing) {
        skipSpaces();
        if (peek() == closing) {
            return false;
        } else if (peek() != ',') {
            throw new GivenUp();
        }
        at++;
        skipSpaces();
        return true;
    }

    private YamlNode quoted(int depth) {
        char quote = peek();
        int start = ++at;
        while (peek() != quote) {
            if (peek() == '\\' || !isText(peek())) {
                throw new GivenUp();
            }
            at++;
        }
        String value = text.substring(start, at);
        at++;
        if (peek() == quote) {
            throw new GivenUp(); // '' within '…'
        }
        return scalar(depth, value, TextNode.valueOf(value));
    }

    private YamlNode plain(int depth, boolean inFlow) {
        int start = at;
        if (!isLetter(peek()) && !isDigit(peek()) && "$/._".indexOf(peek()) < 0) {
            throw new GivenUp();
        }
        int end = at;
        while (isText(peek()) && !(inFlow && ",]}".indexOf(peek()) >= 0)) {
            char c = peek();
            if ((c == '#' && text.charAt(at - 1) == ' ') || (c == ' ' && inFlow)) {
                break; // a comment; a space in front of a bracket or comma
            } else if (inFlow && "[{?\"'".indexOf(c) >= 0) {
                throw new GivenUp();
            } else if (c == ':' && (isSpaceOrEnd(charAt(at + 1)) || isFlow(charAt(at + 1)))) {
                throw new GivenUp();
            }
            at++;
            end = c == ' ' ? end : at;
        }
        at = end;
        String value = text.substring(start, end);
        return scalar(
                depth,
                value,
                CoreSchema.resolve(value).filter(it -> !it.isNull()).orElseThrow(GivenUp::new));
    }

    private YamlNode scalar(int depth, String value, JsonNode json) {
        count(depth);
        if (Redaction.leak(value).isPresent()) {
            throw new GivenUp();
        }
        return new YamlNode.Scalar(line, json);
    }

    /** From behind a value to the next line that says something. */
    private void endLine() {
        int behind = at;
        skipSpaces();
        if (!isAtEnd(behind)) {
            throw new GivenUp();
        }
        toLine(behindLine());
    }

    /** Behind the line; what some take for its end must not be in a comment. */
    private int behindLine() {
        int end = at;
        while (!isEnd(charAt(end))) {
            if (!isText(charAt(end))) {
                throw new GivenUp();
            }
            end++;
        }
        return Math.min(end + 1, text.length());
    }

    /** Whether nothing but a comment, with a space in front, is left of the line. */
    private boolean isAtEnd(int behind) {
        return isEnd(peek()) || (peek() == '#' && at > behind);
    }

    /** To the first line from here that is neither empty nor a comment. */
    private void toLine(int start) {
        int next = start;
        while (next < text.length()) {
            line++;
            lineStart = next;
            at = next;
            skipSpaces();
            if (peek() != '#' && peek() != '\n') {
                if (at == text.length()) {
                    break;
                }
                indent = at - lineStart;
                return;
            }
            next = behindLine();
        }
        at = text.length();
        indent = NO_LINE;
    }

    private void count(int depth) {
        nodes++;
        if (depth > limits.depth() || nodes > limits.nodes()) {
            throw new GivenUp();
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    private char peek() {
        return charAt(at);
    }

    /** NUL behind the end; it cannot be in the text. */
    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }

    private static boolean isEnd(char c) {
        return c == '\n' || c == 0;
    }

    private static boolean isSpaceOrEnd(char c) {
        return c == ' ' || isEnd(c);
    }

    private static boolean isFlow(char c) {
        return ",[]{}".indexOf(c) >= 0;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Neither a control character, nor something that may end a line, nor half a character. */
    private static boolean isText(char c) {
        return (c >= ' ' && c <= '~')
                || (c > '\u00a0' && c < Character.MIN_SURROGATE && c != '\u2028' && c != '\u2029');
    }
}
