// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.identity.Cidr;
import io.countersign.policy.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the query language: terms joined by blanks. Used once. */
final class QueryParser {
    private static final int LONGEST = 1000;
    private static final int MOST_TERMS = 32;
    private static final int MOST_VALUES = 64;
    private static final int SHORTEST_PREFIX = 2;
    private static final Set<String> OUTCOMES =
            Set.of("allow", "deny", "drop", "act", "verdict", "reload", "start");
    private static final Map<String, String> OTHER_WORDS =
            Map.of("allowed", "allow", "denied", "deny", "dropped", "drop");

    private final String text;
    private final List<Query.Term> terms = new ArrayList<>();
    private final List<QueryProblem> problems = new ArrayList<>();
    private int at;

    QueryParser(String text) {
        this.text = text;
    }

    Query parse() {
        if (text.length() > LONGEST) {
            problem(LONGEST, "the query is too long (expected: at most 1,000 characters)");
            return new Query(text, terms, problems);
        }
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            if (terms.size() == MOST_TERMS) {
                problem(at, "too many terms (expected: at most " + MOST_TERMS + ")");
                break;
            }
            term();
        }
        return new Query(text, terms, problems);
    }

    private void term() {
        int start = at;
        boolean negated = text.charAt(at) == '-';
        if (negated) {
            at++;
        }
        if (at == text.length() || Character.isWhitespace(text.charAt(at))) {
            problem(start, "a lonely \"-\" (expected: a term right behind it)");
            return;
        }
        int colon = fieldEnd();
        if (colon < 0) {
            word(start, value(false), negated);
        } else {
            String name = text.substring(at, colon);
            at = colon + 1;
            field(start, name, negated);
        }
    }

    /** Where the colon of {@code name:} stands; −1 if the term is a word. */
    private int fieldEnd() {
        int end = at;
        while (end < text.length()
                && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        return end > at && end < text.length() && text.charAt(end) == ':' ? end : -1;
    }

    private void field(int start, String name, boolean negated) {
        List<String> values = new ArrayList<>();
        int valueAt = at;
        do {
            values.add(value(true));
        } while (at < text.length() && text.charAt(at) == ',' && at++ >= 0);
        Field field = Field.of(name).orElse(null);
        if (field == null) {
            problem(
                    start,
                    name.equals("time")
                            ? "no field \"time\" (expected: the time control beside the box)"
                            : "no field \"%s\" (expected: %s; a word with a colon needs quotes)"
                                    .formatted(name, Field.words()));
        } else if (values.size() > MOST_VALUES) {
            problem(valueAt, "too many values (expected: at most " + MOST_VALUES + ")");
        } else {
            List<String> checked = values.stream().map(v -> checked(field, v, valueAt)).toList();
            terms.add(new Query.Has(field, checked, negated));
        }
    }

    private String checked(Field field, String value, int where) {
        if (value.isEmpty()) {
            problem(where, "%s: nothing (expected: %s)".formatted(field.word(), field.expected()));
        } else if (value.endsWith("*") && value.length() <= SHORTEST_PREFIX) {
            problem(where, value + " (expected: at least 2 characters before \"*\")");
        }
        return switch (field) {
            case OUTCOME -> outcome(value.toLowerCase(Locale.ROOT), where);
            case REASON -> reason(value.toLowerCase(Locale.ROOT), where);
            case ADDR -> address(value, where);
            default -> value;
        };
    }

    private String outcome(String value, int where) {
        String word = OTHER_WORDS.getOrDefault(value, value);
        if (!OUTCOMES.contains(word)) {
            problem(where, "outcome: %s (expected: %s)".formatted(value, Field.OUTCOME.expected()));
        }
        return word;
    }

    private String reason(String value, int where) {
        if (!value.matches("[a-z0-9-]{0,64}\\*?")) {
            problem(where, "reason: %s (expected: %s)".formatted(value, Field.REASON.expected()));
        }
        // Acts and verdicts have reasons of their own, so only what is nearly a code is doubted.
        Arrays.stream(Reason.values())
                .map(Reason::code)
                .filter(code -> !code.equals(value) && sorted(code).equals(sorted(value)))
                .findFirst()
                .ifPresent(code ->
                        problem(
                                where,
                                "unknown reason \"%s\"; did you mean %s?".formatted(value, code)));
        return value;
    }

    private static String sorted(String word) {
        char[] letters = word.toCharArray();
        Arrays.sort(letters);
        return new String(letters);
    }

    private String address(String value, int where) {
        try {
            Cidr.parse(value);
        } catch (IllegalArgumentException e) {
            problem(where, "addr: %s (expected: %s)".formatted(value, Field.ADDR.expected()));
        }
        return value;
    }

    private void word(int start, String word, boolean negated) {
        if (word.startsWith("*")) {
            problem(start, word + " (expected: \"*\" only at the end of a word)");
        } else if (word.codePoints().noneMatch(Character::isLetterOrDigit)) {
            problem(start, "\"%s\" (expected: a word with a letter or a digit)".formatted(word));
        } else {
            terms.add(new Query.Word(word, negated));
        }
    }

    private String value(boolean inList) {
        if (at < text.length() && isQuote(text.charAt(at))) {
            return quoted();
        }
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || isQuote(c) || (inList && c == ',')) {
                break;
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && !isQuote(text.charAt(at))) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        if (at == text.length()) {
            problem(start, "a quote without its end (expected: a second \")");
        } else {
            at++;
        }
        return value.toString();
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '“' || c == '”';
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void problem(int index, String message) {
        problems.add(new QueryProblem(index + 1, message));
    }
}
