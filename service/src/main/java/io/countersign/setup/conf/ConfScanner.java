// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.setup.conf.ConfNode.Place;
import java.util.HexFormat;

/** The characters of one file, and how words and quoted texts end in it. One thread. */
final class ConfScanner {
    /** No character: the end of the file. */
    static final char END = '\0';

    private final String name;
    private final String text;
    private int at;
    private int line = 1;

    ConfScanner(String name, String text) {
        this.name = name;
        this.text = text;
    }

    Place place() {
        return new Place(name, line);
    }

    ConfInvalid invalid(String why) {
        return new ConfInvalid(place(), why);
    }

    char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** Steps over this character if it comes next; {@link #END} is there at the end. */
    boolean take(char wanted) throws ConfInvalid {
        if (wanted == END) {
            return atEnd();
        }
        if (atEnd()) {
            boolean isClose = wanted == '}' || wanted == ']';
            if (isClose) {
                throw invalid("the file ends in the middle (expected: '" + wanted + "')");
            }
            return false;
        }
        if (peek() != wanted) {
            return false;
        }
        next();
        return true;
    }

    private char next() throws ConfInvalid {
        if (atEnd()) {
            throw invalid("the file ends in the middle of a text");
        }
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        }
        return c;
    }

    /** White space, also new lines, and comments. */
    void skipBlank() throws ConfInvalid {
        while (!atEnd()) {
            if (Character.isWhitespace(peek())) {
                next();
            } else if (peek() == '#' || text.startsWith("//", at)) {
                while (!atEnd() && peek() != '\n') {
                    next();
                }
            } else {
                return;
            }
        }
    }

    /** What may stand between two entries or items. */
    void skipSeparators() throws ConfInvalid {
        skipBlank();
        while (peek() == ',' || peek() == ';') {
            next();
            skipBlank();
        }
    }

    /** Blanks within the line; whether there were any. */
    boolean skipLineBlank() throws ConfInvalid {
        int before = at;
        while (!atEnd() && (peek() == ' ' || peek() == '\t')) {
            next();
        }
        return at > before;
    }

    String key() throws ConfInvalid {
        if (peek() == '"' || peek() == '\'') {
            char quote = next();
            StringBuilder key = new StringBuilder();
            for (char c = next(); c != quote; c = next()) {
                key.append(c);
            }
            return key.toString();
        }
        int start = at;
        while (!atEnd() && !Character.isWhitespace(peek()) && "=:{[".indexOf(peek()) < 0) {
            if ("}],;".indexOf(peek()) >= 0) {
                break;
            }
            next();
        }
        if (at == start) {
            throw invalid("'" + peek() + "' (expected: a key)");
        }
        return text.substring(start, at);
    }

    /** Up to the closing quote; only double quotes know escapes. */
    String quoted() throws ConfInvalid {
        char quote = next();
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != quote; c = next()) {
            value.append(c == '\\' && quote == '"' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() throws ConfInvalid {
        return switch (next()) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case '"' -> '"';
            case '\\' -> '\\';
            case 'x' -> {
                String digits = "" + next() + next();
                try {
                    yield (char) HexFormat.fromHexDigits(digits);
                } catch (IllegalArgumentException _) {
                    throw invalid("\\x without two hexadecimal digits");
                }
            }
            default -> throw invalid("unknown escape (expected: \\t \\n \\r \\\" \\\\ or \\xNN)");
        };
    }

    /** Between {@code (} and a {@code )} on a line of its own. */
    String block() throws ConfInvalid {
        next();
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = next();
            boolean alone =
                    c == ')'
                            && !value.isEmpty()
                            && value.charAt(value.length() - 1) == '\n'
                            && (atEnd() || peek() == '\n');
            if (alone) {
                return value.toString();
            }
            value.append(c);
        }
    }

    /** A word without quotes. */
    String bare() throws ConfInvalid {
        StringBuilder word = new StringBuilder();
        while (!atEnd() && !Character.isWhitespace(peek()) && ",;]}".indexOf(peek()) < 0) {
            if (peek() == '\'') {
                throw invalid("a quote within a word (expected: quotes around all of it)");
            }
            char c = next();
            word.append(c == '\\' ? escaped() : c);
        }
        if (word.isEmpty()) {
            throw invalid("no value (expected: one after its key)");
        }
        return word.toString();
    }
}
