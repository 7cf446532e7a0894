// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.identity.Cidr;
import io.countersign.policy.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the values of a query's terms, field by field, and makes the terms. */
final class QueryValues {
    private static final int SHORTEST_PREFIX = 2;
    private static final int SHORTEST_FINGERPRINT = 6;
    private static final int NEARLY = 2;
    private static final Set<String> OUTCOMES =
            Set.of("allow", "deny", "drop", "act", "verdict", "reload", "start");
    private static final Set<String> VERDICTS =
            Set.of("accepted", "refused", "timeout", "gone", "ended");
    private static final Set<String> STATES =
            Set.of("first", "repeated", "degraded", "shadow", "unproven");
    private static final Map<String, String> OTHER_WORDS =
            Map.of(
                    "allowed", "allow",
                    "denied", "deny",
                    "dropped", "drop",
                    "refused-by-server", "refused",
                    "timed-out", "timeout");
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,15})(us|µs|ms|s|m|h|)");
    private static final Map<String, Long> MICROS =
            Map.of(
                    "us", 1L,
                    "µs", 1L,
                    "ms", 1_000L,
                    "s", 1_000_000L,
                    "m", 60_000_000L,
                    "h", 3_600_000_000L);

    private final List<QueryProblem> problems;

    QueryValues(List<QueryProblem> problems) {
        this.problems = problems;
    }

    /** A part of the text. */
    record Span(int at, int length) {}

    Optional<Query.Term> word(Span where, String word, boolean negated) {
        if (word.startsWith("*")) {
            return problem(
                    where, word + " (expected: \"*\" only at the end; use words of the middle)");
        }
        if (Words.of(word).isEmpty()) {
            return problem(
                    where, "\"%s\" (expected: a word with a letter or a digit)".formatted(word));
        }
        if (word.endsWith("*") && Words.of(word).getLast().length() <= SHORTEST_PREFIX) {
            return problem(where, word + " (expected: at least 3 letters before \"*\")");
        }
        return Optional.of(new Query.Word(word, negated));
    }

    Optional<Query.Term> exists(Span where, Field field, boolean negated) {
        if (field == Field.IS || field == Field.SEQ || field == Field.ID) {
            return problem(where, "%s:* (expected: a value)".formatted(field.word()));
        }
        return Optional.of(new Query.Exists(field, negated));
    }

    Optional<Query.Term> has(Span where, Field field, List<String> values, boolean negated) {
        int before = problems.size();
        List<String> checked = values.stream().map(value -> checked(where, field, value)).toList();
        return problems.size() == before
                ? Optional.of(new Query.Has(field, checked, negated))
                : Optional.empty();
    }

    private String checked(Span where, Field field, String value) {
        if (value.isEmpty()) {
            problem(where, "%s: nothing (expected: %s)".formatted(field.word(), field.expected()));
        } else if (value.startsWith("*")) {
            problem(where, value + " (expected: \"*\" only at the end)");
        } else if (value.endsWith("*") && value.length() <= SHORTEST_PREFIX) {
            problem(where, value + " (expected: at least 2 characters before \"*\")");
        }
        return switch (field) {
            case OUTCOME -> oneOf(where, field, value, OUTCOMES);
            case VERDICT -> oneOf(where, field, value, VERDICTS);
            case IS -> oneOf(where, field, value, STATES);
            case REASON -> reason(where, value.toLowerCase(Locale.ROOT));
            case ADDR -> address(where, value);
            case CREDENTIAL -> credential(where, value);
            case ID -> id(where, value);
            case SEQ -> place(where, value);
            case TOOK, COUNT -> {
                problem(where, field.word() + ": " + value + expected(field) + ", without quotes");
                yield value;
            }
            default -> value;
        };
    }

    private String oneOf(Span where, Field field, String value, Set<String> words) {
        String lower = value.toLowerCase(Locale.ROOT);
        String word = OTHER_WORDS.getOrDefault(lower, lower);
        if (!value.isEmpty() && !words.contains(word)) {
            problem(where, field.word() + ": " + value + expected(field));
        }
        return word;
    }

    private String reason(Span where, String value) {
        if (!value.matches("[a-z0-9-]{0,64}\\*?")) {
            problem(where, "reason: " + value + expected(Field.REASON));
        }
        // Acts and verdicts have reasons of their own, so only what is nearly a code is doubted.
        List<String> codes = Arrays.stream(Reason.values()).map(Reason::code).toList();
        if (!codes.contains(value) && !value.endsWith("*")) {
            codes.stream()
                    .filter(code -> Nearness.distance(code, value) <= NEARLY)
                    .findFirst()
                    .ifPresent(code ->
                            problem(
                                    where,
                                    "unknown reason \"%s\"; did you mean %s?"
                                            .formatted(value, code)));
        }
        return value;
    }

    private String address(Span where, String value) {
        try {
            return value.isEmpty() ? value : canonical(Cidr.parse(value), value);
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage());
            problem(where, "addr" + why.substring(Math.max(0, why.indexOf(':'))));
            return value;
        }
    }

    /** As it was typed, unless it is an IPv4 address in the clothes of an IPv6 one. */
    private static String canonical(Cidr network, String value) {
        boolean alone = value.indexOf('/') < 0;
        boolean mapped = network.address().v4() && value.indexOf(':') >= 0;
        return mapped ? alone ? network.address().toString() : network.toString() : value;
    }

    private String credential(Span where, String value) {
        if (value.startsWith("fp:") && value.length() < "fp:".length() + SHORTEST_FINGERPRINT) {
            problem(where, "credential: " + value + " (expected: at least 6 characters after fp:)");
        }
        return value;
    }

    private String id(Span where, String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (!value.isEmpty() && !Words.isId(lower)) {
            problem(where, "id: " + value + " (expected: a whole id, 36 characters)");
        }
        return lower;
    }

    private String place(Span where, String value) {
        if (!value.matches("[a-z0-9]{1,64}/[0-9]{1,15}")) {
            problem(where, "seq: " + value + expected(Field.SEQ));
        }
        return value;
    }

    private static String expected(Field field) {
        return " (expected: " + field.expected() + ")";
    }

    Optional<Query.Term> between(
            Span where, Field field, String part, String text, boolean negated) {
        Optional<long[]> range = range(field, text);
        if (range.isEmpty()) {
            return problem(where, field.word() + ": " + text + expected(field));
        }
        long[] ends = range.get();
        return Optional.of(
                new Query.Between(
                        field,
                        part,
                        ends[0] < 0 ? OptionalLong.empty() : OptionalLong.of(ends[0]),
                        ends[1] < 0 ? OptionalLong.empty() : OptionalLong.of(ends[1]),
                        text,
                        negated));
    }

    /** First and last value, −1 for none. */
    private static Optional<long[]> range(Field field, String text) {
        int dots = text.indexOf("..");
        if (dots > 0) {
            String last = text.substring(dots + 2);
            String first = text.substring(0, dots);
            boolean bare = first.matches("[0-9]+");
            long[] to = number(field, last);
            long[] from = number(field, bare ? first + last.replaceAll("^[0-9]*", "") : first);
            return to.length == 0 || from.length == 0 || from[0] > to[0]
                    ? Optional.empty()
                    : Optional.of(new long[] {from[0], to[0]});
        }
        boolean equal = text.startsWith(">=") || text.startsWith("<=");
        boolean more = text.startsWith(">");
        boolean less = text.startsWith("<");
        long[] value = number(field, text.substring(equal ? 2 : more || less ? 1 : 0));
        if (value.length == 0) {
            return Optional.empty();
        }
        if (more) {
            return Optional.of(new long[] {equal ? value[0] : value[0] + 1, -1});
        }
        if (less) {
            return equal || value[0] > 0
                    ? Optional.of(new long[] {-1, equal ? value[0] : value[0] - 1})
                    : Optional.empty();
        }
        // "500ms" is what one reads as 500 ms.
        return Optional.of(new long[] {value[0], value[0] + value[1] - 1});
    }

    /** Value and unit; empty if it is no number of this field. */
    private static long[] number(Field field, String text) {
        Matcher matcher = NUMBER.matcher(text);
        boolean duration = field == Field.TOOK;
        if (!matcher.matches() || matcher.group(2).isEmpty() == duration) {
            return new long[0];
        }
        long unit = duration ? MICROS.getOrDefault(matcher.group(2), 1L) : 1;
        try {
            return new long[] {Math.multiplyExact(Long.parseLong(matcher.group(1)), unit), unit};
        } catch (ArithmeticException e) {
            return new long[0];
        }
    }

    private Optional<Query.Term> problem(Span where, String message) {
        problems.add(new QueryProblem(where.at() + 1, where.length(), message));
        return Optional.empty();
    }
}
