// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

    /** Everything with this value. */
    public static Query of(Field field, String value) {
        return parse(ALL.with(field, value, false));
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

    /** A field has any value. */
    public record Exists(Field field, boolean negated) implements Term {}

    /**
     * A number lies between two others, both included.
     *
     * @param part a stage of {@code took}; empty: all of them together
     * @param written as it was typed, behind the colon
     */
    public record Between(
            Field field,
            String part,
            OptionalLong least,
            OptionalLong most,
            String written,
            boolean negated)
            implements Term {}

    /** A whole word (or, with {@code *}, its beginning) stands somewhere in the entry's texts. */
    public record Word(String word, boolean negated) implements Term {}

    /** One of several groups of terms holds; one group alone is a pair of brackets. */
    public record Group(List<List<Term>> either, boolean negated) implements Term {
        public Group {
            either = either.stream().map(List::copyOf).toList();
        }
    }

    /** The query narrowed (or widened) by one more term, as text to be typed. */
    public String with(Field field, String value, boolean negated) {
        String term = (negated ? "-" : "") + field.word() + ":" + quoted(value);
        if (text.isBlank()) {
            return term;
        }
        // OR binds less than a blank does.
        boolean open = terms.size() == 1 && terms.getFirst() instanceof Group g && isBare(g);
        return (open ? print(terms.getFirst()) : text.strip()) + " " + term;
    }

    private static boolean isBare(Group group) {
        return !group.negated() && group.either().size() > 1;
    }

    /** The query in text without its n-th term. */
    public String without(int n) {
        return IntStream.range(0, terms.size())
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
                    case Exists(var field, var _) -> field.word() + ":*";
                    case Between(var field, var part, var _, var _, var written, var _) ->
                            field.word() + (part.isEmpty() ? "" : "." + part) + ":" + written;
                    case Word(var word, var _) -> quoted(word);
                    case Group(var either, var _) ->
                            either.stream()
                                    .map(all ->
                                            all.stream()
                                                    .map(Query::print)
                                                    .collect(Collectors.joining(" ")))
                                    .collect(Collectors.joining(" OR ", "(", ")"));
                };
    }

    /** All terms, also those inside of groups, with a negated group's left out. */
    List<Term> wanted() {
        List<Term> all = new ArrayList<>();
        collect(terms, all);
        return all;
    }

    private static void collect(List<Term> terms, List<Term> all) {
        for (Term term : terms) {
            if (!term.negated()) {
                all.add(term);
                if (term instanceof Group group) {
                    group.either().forEach(some -> collect(some, all));
                }
            }
        }
    }

    static String quoted(String value) {
        boolean plain =
                !value.isEmpty()
                        && !value.startsWith("-")
                        && !value.matches("AND|OR|NOT")
                        && !value.contains("..")
                        && value.chars()
                                .noneMatch(c -> " \t\n\r\",()\\:<>".indexOf(c) >= 0 || c < ' ')
                        && value.chars().noneMatch(Character::isWhitespace)
                        && value.chars().noneMatch(c -> c == '“' || c == '”');
        return plain ? value : '"' + value.replaceAll("[\\\\\"“”]", "\\\\$0") + '"';
    }
}
