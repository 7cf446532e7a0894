// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What somebody looks for: all terms must hold. Immutable.
 *
 * @param text as it was typed
 * @param problems why it cannot be searched; with any, {@code terms} are incomplete
 */
public record Query(String text, List<Term> terms, List<QueryProblem> problems) {
    /** Everything. */
    public static final Query ALL = new Query("", List.of(), List.of());

    public Query {
        terms = List.copyOf(terms);
        problems = List.copyOf(problems);
    }

    /** Reads what was typed; never throws, whatever it is. */
    public static Query parse(String text) {
        return new QueryParser(text).parse();
    }

    /** One condition. */
    public sealed interface Term {
        /** True if what matches is left out. */
        boolean negated();
    }

    /** A field has one of these values; an ending {@code *} stands for any ending. */
    public record Has(Field field, List<String> values, boolean negated) implements Term {
        public Has {
            values = List.copyOf(values);
        }
    }

    /** A whole word (or, with {@code *}, its beginning) stands somewhere in the entry's texts. */
    public record Word(String word, boolean negated) implements Term {}

    /** The query narrowed (or widened) by one more term, as text to be typed. */
    public String with(Field field, String value, boolean negated) {
        String term = (negated ? "-" : "") + field.word() + ":" + quoted(value);
        return text.isBlank() ? term : text.strip() + " " + term;
    }

    /** The query in text without its n-th term. */
    public String without(int n) {
        return java.util.stream.IntStream.range(0, terms.size())
                .filter(i -> i != n)
                .mapToObj(i -> print(terms.get(i)))
                .collect(Collectors.joining(" "));
    }

    /** A term as one would type it. */
    public static String print(Term term) {
        String sign = term.negated() ? "-" : "";
        return sign
                + switch (term) {
                    case Has(var field, var values, var _) ->
                            field.word()
                                    + ":"
                                    + values.stream()
                                            .map(Query::quoted)
                                            .collect(Collectors.joining(","));
                    case Word(var word, var _) -> quoted(word);
                };
    }

    private static String quoted(String value) {
        boolean plain =
                !value.isEmpty()
                        && !value.startsWith("-")
                        && value.chars()
                                .noneMatch(c -> " \t\n\r\",()\\:".indexOf(c) >= 0 || c < ' ')
                        && value.chars().noneMatch(Character::isWhitespace)
                        && value.chars().noneMatch(c -> c == '“' || c == '”');
        return plain ? value : '"' + value.replaceAll("[\\\\\"“”]", "\\\\$0") + '"';
    }
}
