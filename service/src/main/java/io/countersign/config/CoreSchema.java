// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an unquoted YAML scalar means: the core schema of YAML 1.2.2 (section 10.3.2), not the YAML
 * 1.1 rules of the parser library. So {@code no}, {@code on}, {@code 1_000}, {@code 1:30} and
 * {@code 2026-12-31} are text, and where the configuration wants something else the schema says so.
 */
final class CoreSchema {
    private static final Pattern NULL = Pattern.compile("~|");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern AMBIGUOUS = Pattern.compile("[-+]?0[0-9]+");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    /** What anything but text begins with: nothing else costs a regular expression. */
    private static final String SPECIAL = "~nNtTfF+-.0123456789";

    private static final String WORDS = "nNtTfF";

    /** More characters than any number in a configuration has. */
    private static final int MAX_NUMBER = 32;

    private CoreSchema() {}

    /** The meaning, or nothing for a number that cannot be taken at its word: see {@link #why}. */
    static Optional<JsonNode> resolve(String text) {
        if (!text.isEmpty() && SPECIAL.indexOf(text.charAt(0)) < 0) {
            return Optional.of(TextNode.valueOf(text));
        } else if (!text.isEmpty() && WORDS.indexOf(text.charAt(0)) >= 0) {
            return Optional.of(word(text));
        } else if (NULL.matcher(text).matches()) {
            return Optional.of(NullNode.getInstance());
        } else if (AMBIGUOUS.matcher(text).matches()) {
            return Optional.empty();
        } else if (DECIMAL.matcher(text).matches()) {
            return whole(text, 10);
        } else if (OCTAL.matcher(text).matches()) {
            return whole(text.substring(2), 8);
        } else if (HEXADECIMAL.matcher(text).matches()) {
            return whole(text.substring(2), 16);
        } else if (FLOAT.matcher(text).matches()) {
            return fraction(text);
        }
        return Optional.of(TextNode.valueOf(text));
    }

    /** What begins with a letter is one of a few words, or text; no number does. */
    private static JsonNode word(String text) {
        return switch (text) {
            case "null", "Null", "NULL" -> NullNode.getInstance();
            case "true", "True", "TRUE" -> BooleanNode.TRUE;
            case "false", "False", "FALSE" -> BooleanNode.FALSE;
            default -> TextNode.valueOf(text);
        };
    }

    /** The sentence for a number that {@link #resolve} refused. */
    static String why(String text) {
        return AMBIGUOUS.matcher(text).matches()
                ? "a number with a leading zero is octal to some readers and decimal to others"
                        + " (expected: no leading zero, or quotes if it is text)"
                : "a number that is too large (expected: at most 64 bits, or quotes if it is text)";
    }

    private static Optional<JsonNode> whole(String digits, int radix) {
        try {
            return Optional.of(LongNode.valueOf(Long.parseLong(digits, radix)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> fraction(String text) {
        double value = text.length() > MAX_NUMBER ? Double.NaN : Double.parseDouble(text);
        return Double.isFinite(value) ? Optional.of(DoubleNode.valueOf(value)) : Optional.empty();
    }
}
