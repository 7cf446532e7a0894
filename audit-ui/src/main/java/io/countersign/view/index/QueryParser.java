// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the query language: terms joined by blanks, OR, NOT and brackets. Finds all problems, not
 * only the first. Used once.
 */
final class QueryParser {
    private static final int LONGEST = 1000;
    private static final int MOST_TERMS = 32;
    private static final int MOST_BRANCHES = 16;
    private static final int MOST_VALUES = 64;
    private static final int DEEPEST = 4;

    private final String text;
    private final List<QueryProblem> problems = new ArrayList<>();
    private final QueryValues check = new QueryValues(problems);
    private int at;
    private int terms;

    QueryParser(String text) {
        this.text = text;
    }

    Query parse() {
        if (text.length() > LONGEST) {
            problem(LONGEST, 1, "the query is too long (expected: at most 1,000 characters)");
            return new Query(text, List.of(), problems);
        }
        List<List<Query.Term>> either = either(0);
        if (!problems.isEmpty()) {
            return new Query(text, List.of(), problems);
        }
        return new Query(
                text,
                either.size() == 1 ? either.getFirst() : List.of(new Query.Group(either, false)),
                List.of());
    }

    /** Up to the closing bracket of this depth, or the end. */
    private List<List<Query.Term>> either(int depth) {
        List<List<Query.Term>> either = new ArrayList<>();
        List<Query.Term> all = new ArrayList<>();
        int or = -1;
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            if (text.charAt(at) == ')') {
                if (depth > 0) {
                    break;
                }
                problem(at++, 1, "a \")\" without its beginning (expected: \"(\" before it)");
            } else if (skipWord("OR")) {
                or = at - 2;
                if (all.isEmpty()) {
                    problem(or, 2, "OR without a term before it (expected: a term on each side)");
                }
                either.add(all);
                all = new ArrayList<>();
            } else if (skipWord("AND")) {
                if (all.isEmpty()) {
                    problem(at - 3, 3, "AND without a term before it (expected: a term)");
                }
            } else if (!term(depth).map(all::add).orElse(true)) {
                break;
            }
            if (terms > MOST_TERMS) {
                problem(at - 1, 1, "too many terms (expected: at most " + MOST_TERMS + ")");
                at = text.length();
            }
        }
        if (or >= 0 && all.isEmpty()) {
            problem(or, 2, "OR without a term behind it (expected: a term on each side)");
        }
        either.add(all);
        if (either.size() > MOST_BRANCHES) {
            problem(Math.max(0, or), 2, "too many ORs (expected: at most 15 in a row)");
        }
        return either;
    }

    private boolean skipWord(String word) {
        int end = at + word.length();
        boolean whole =
                text.startsWith(word, at)
                        && (end == text.length()
                                || Character.isWhitespace(text.charAt(end))
                                || text.charAt(end) == '('
                                || text.charAt(end) == ')');
        if (whole) {
            at = end;
        }
        return whole;
    }

    /** Empty if there was a problem. */
    private Optional<Query.Term> term(int depth) {
        int start = at;
        boolean negated = negation();
        if (at == text.length()
                || Character.isWhitespace(text.charAt(at))
                || text.charAt(at) == ')') {
            problem(start, at - start, "a lonely \"-\" (expected: a term right behind it)");
            return Optional.empty();
        }
        if (text.charAt(at) == '(') {
            return group(start, depth, negated);
        }
        terms++;
        int colon = fieldEnd();
        if (colon < 0) {
            String word = value(false);
            return check.word(new QueryValues.Span(start, at - start), word, negated);
        }
        String name = text.substring(at, colon);
        at = colon + 1;
        return field(start, name, negated);
    }

    private boolean negation() {
        if (text.charAt(at) == '-') {
            at++;
            return true;
        }
        if (skipWord("NOT")) {
            skipBlanks();
            return true;
        }
        return false;
    }

    private Optional<Query.Term> group(int start, int depth, boolean negated) {
        if (depth == DEEPEST) {
            problem(start, 1, "brackets in brackets (expected: at most 4 deep)");
            at = text.length();
            return Optional.empty();
        }
        at++;
        int before = problems.size();
        List<List<Query.Term>> either = either(depth + 1);
        if (at == text.length()) {
            if (problems.size() == before) {
                problem(start, 1, "a \"(\" without its end (expected: \")\")");
            }
            return Optional.empty();
        }
        at++;
        if (problems.size() == before && either.getFirst().isEmpty()) {
            problem(start, at - start, "empty brackets (expected: a term between them)");
        }
        return problems.size() == before
                ? Optional.of(new Query.Group(either, negated))
                : Optional.empty();
    }

    /** Where the colon of {@code name:} stands; −1 if the term is a word. */
    private int fieldEnd() {
        int end = at;
        while (end < text.length()
                && (Character.isLetter(text.charAt(end))
                        || text.charAt(end) == '.'
                        || (text.charAt(end) == '-' && end > at))) {
            end++;
        }
        return end > at && end < text.length() && text.charAt(end) == ':' ? end : -1;
    }

    private Optional<Query.Term> field(int start, String name, boolean negated) {
        int valueAt = at;
        boolean typed = at < text.length() && !isQuote(text.charAt(at));
        List<String> values = new ArrayList<>();
        do {
            values.add(value(true));
        } while (at < text.length() && text.charAt(at) == ',' && at++ >= 0);
        QueryValues.Span where = new QueryValues.Span(valueAt, at - valueAt);
        if (values.size() > MOST_VALUES) {
            problem(valueAt, at - valueAt, "too many values (expected: at most 64)");
            return Optional.empty();
        }
        int dot = name.indexOf('.');
        String part = dot < 0 ? "" : name.substring(dot + 1);
        Field field = Field.of(dot < 0 ? name : name.substring(0, dot)).orElse(null);
        if (field == null || (dot >= 0 && (field != Field.TOOK || part.isEmpty()))) {
            problem(start, name.length(), noField(name, text.substring(start, at)));
            return Optional.empty();
        }
        if (typed && values.size() == 1) {
            String only = values.getFirst();
            if (only.equals("*") && part.isEmpty()) {
                return check.exists(where, field, negated);
            }
            if (field.isNumeric() && !(field == Field.SEQ && only.indexOf('/') >= 0)) {
                return check.between(where, field, part, only, negated);
            }
            if (only.startsWith(">") || only.startsWith("<")) {
                problem(
                        valueAt,
                        at - valueAt,
                        "%s: %s (expected: %s; < and > go with took, count and seq)"
                                .formatted(field.word(), only, field.expected()));
                return Optional.empty();
            }
        }
        return check.has(where, field, values, negated);
    }

    private static String noField(String name, String term) {
        return name.equals("time")
                ? "no field \"time\" (expected: the time control beside the box)"
                : "no field \"%s\" (expected: %s; words need no colon: \"%s\")"
                        .formatted(name, Field.words(), term);
    }

    private String value(boolean inList) {
        if (at < text.length() && isQuote(text.charAt(at))) {
            return quoted();
        }
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)
                    || isQuote(c)
                    || c == '('
                    || c == ')'
                    || (inList && c == ',')) {
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
            problem(start, at - start, "a quote without its end (expected: a second \")");
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

    private void problem(int index, int length, String message) {
        problems.add(new QueryProblem(index + 1, length, message));
    }
}
