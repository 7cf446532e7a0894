// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds which entries of some blocks match a search. A block is a set of bits; each term takes bits
 * away, and a block without bits is not looked at again. So a search that matches nothing costs as
 * much as one that matches everything: a piece of each block and term. Used by one thread.
 */
final class Evaluator {
    private final Reader reader;
    private final Search search;
    private final List<Query.Term> terms;
    private final Places places;

    Evaluator(Reader reader, Search search) {
        this.reader = reader;
        this.search = search;
        this.terms = new ArrayList<>(search.query().terms());
        this.terms.sort(Comparator.comparingInt(Evaluator::cost));
        this.places = new Places(reader);
    }

    /** What is cheap and leaves little comes first. */
    private static int cost(Query.Term term) {
        int kind =
                switch (term) {
                    case Query.Has(var field, var values, var _) ->
                            field == Field.ID || field == Field.SEQ ? 0 : values.size();
                    case Query.Word _ -> 2;
                    case Query.Exists _ -> 3;
                    case Query.Group _ -> 80;
                    case Query.Between _ -> 90;
                };
        return kind + (term.negated() ? 100 : 0);
    }

    /** Leaves in the slices what matches; those without a match are left out. */
    List<Slice> match(List<Slice> slices) {
        List<Slice> alive = withoutRemoved(slices);
        inTime(alive);
        alive = alive(alive);
        if (!search.scope().isAll() && !alive.isEmpty()) {
            List<Token.Span> spans =
                    search.scope().accounts().stream()
                            .map(account -> Token.Span.of(Token.scope(account)))
                            .toList();
            Map<Integer, Bits> allowed = any(spans, alive);
            alive.forEach(slice -> slice.retain(allowed.getOrDefault(slice.id(), new Bits())));
            alive = alive(alive);
        }
        return all(terms, alive);
    }

    private List<Slice> all(List<Query.Term> all, List<Slice> slices) {
        List<Slice> alive = slices;
        for (Query.Term term : all) {
            if (alive.isEmpty()) {
                return alive;
            }
            Map<Integer, Bits> found = positive(term, alive);
            for (Slice slice : alive) {
                Bits bits = found.getOrDefault(slice.id(), new Bits());
                if (term.negated()) {
                    slice.remove(bits);
                } else {
                    slice.retain(bits);
                }
            }
            alive = alive(alive);
        }
        return alive;
    }

    /** Where a term holds, its negation left aside. */
    private Map<Integer, Bits> positive(Query.Term term, List<Slice> slices) {
        return switch (term) {
            case Query.Has(var field, var values, var _) -> has(field, values, slices);
            case Query.Exists(var field, var _) ->
                    any(List.of(Token.Span.of(Token.exists(field))), slices);
            case Query.Word(var word, var _) -> word(word, slices);
            case Query.Between between -> between(between, slices);
            case Query.Group(var either, var _) -> either(either, slices);
        };
    }

    private Map<Integer, Bits> has(Field field, List<String> values, List<Slice> slices) {
        if (field == Field.ID || field == Field.SEQ) {
            return places.of(field, values);
        }
        List<Token.Span> spans = new ArrayList<>();
        Map<Integer, Bits> found = new HashMap<>();
        for (String value : values) {
            if (field == Field.IS && value.equals("unproven")) {
                merge(found, places.unproven());
            } else {
                spans.add(Token.span(field, value));
            }
        }
        merge(found, any(spans, slices));
        return found;
    }

    private Map<Integer, Bits> word(String text, List<Slice> slices) {
        List<String> words = Words.of(text);
        boolean prefix = text.endsWith("*");
        List<Token.Span> spans = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            String pair = Token.pair(words.get(i - 1), words.get(i));
            boolean open = prefix && i == words.size() - 1;
            spans.add(open ? Token.Span.prefix(pair) : Token.Span.of(pair));
        }
        if (spans.isEmpty()) {
            String word = Token.word(words.getFirst());
            spans.add(prefix ? Token.Span.prefix(word) : Token.Span.of(word));
        }
        Map<Integer, Bits> found = any(List.of(spans.getFirst()), slices);
        for (Token.Span span : spans.subList(1, spans.size())) {
            Map<Integer, Bits> other = any(List.of(span), slices);
            found.forEach((id, bits) -> bits.and(other.getOrDefault(id, new Bits())));
        }
        return found;
    }

    private Map<Integer, Bits> between(Query.Between term, List<Slice> slices) {
        long least = term.least().orElse(0);
        long most = term.most().orElse(Integer.MAX_VALUE);
        if (term.field() == Field.SEQ) {
            return places.between(least, term.most().orElse(Long.MAX_VALUE));
        }
        String name = Facts.numbers(term.field(), term.part());
        Map<Integer, Bits> found = new HashMap<>();
        split(
                slices,
                ids -> found.putAll(reader.between(name, least, most, ids)),
                (slice, head) ->
                        found.put(
                                slice.id(), head.between(name, least, most, slice.block().rows())));
        return found;
    }

    private Map<Integer, Bits> either(List<List<Query.Term>> either, List<Slice> slices) {
        Map<Integer, Bits> found = new HashMap<>();
        for (List<Query.Term> branch : either) {
            Map<Integer, Bits> before = new HashMap<>();
            slices.forEach(slice -> before.put(slice.id(), slice.bits().copy()));
            for (Slice slice : all(branch, slices)) {
                merge(found, Map.of(slice.id(), slice.bits().copy()));
            }
            slices.forEach(slice -> slice.replace(before.getOrDefault(slice.id(), new Bits())));
        }
        return found;
    }

    /** Where any token of the spans occurs. */
    private Map<Integer, Bits> any(List<Token.Span> spans, List<Slice> slices) {
        Map<Integer, Bits> found = new HashMap<>();
        for (Token.Span span : spans) {
            split(
                    slices,
                    ids -> {
                        merge(found, reader.find(span, ids));
                        if (isVerdict(span)) {
                            reader.marks(span, ids, found);
                        }
                    },
                    (slice, head) ->
                            merge(
                                    found,
                                    Map.of(slice.id(), head.find(span, slice.block().rows()))));
        }
        return found;
    }

    private static boolean isVerdict(Token.Span span) {
        return span.first().charAt(0) == Field.VERDICT.code()
                || span.first().equals(Token.exists(Field.VERDICT));
    }

    private static void merge(Map<Integer, Bits> into, Map<Integer, Bits> more) {
        more.forEach((id, bits) -> into.computeIfAbsent(id, _ -> new Bits()).or(bits));
    }

    /** Blocks that lost entries know which are left. */
    private List<Slice> withoutRemoved(List<Slice> slices) {
        List<Integer> holed =
                slices.stream()
                        .filter(s -> s.head() == null && s.block().live() < s.block().rows())
                        .map(Slice::id)
                        .toList();
        if (!holed.isEmpty()) {
            Map<Integer, Bits> left = reader.find(Token.Span.of(Token.ALL), holed);
            for (Slice slice : slices) {
                if (holed.contains(slice.id())) {
                    slice.retain(left.getOrDefault(slice.id(), new Bits()));
                }
            }
        }
        return alive(slices);
    }

    private void inTime(List<Slice> slices) {
        long from = search.range().from().toEpochMilli();
        long to = search.range().to().toEpochMilli();
        List<Slice> cut =
                slices.stream()
                        .filter(s -> s.block().min() < from || s.block().max() >= to)
                        .toList();
        times(cut);
        for (Slice slice : cut) {
            long[] times = slice.times();
            Bits inside = new Bits();
            for (int slot = slice.bits().next(0);
                    times != null && slot >= 0;
                    slot = slice.bits().next(slot + 1)) {
                if (times[slot] >= from && times[slot] < to) {
                    inside.set(slot);
                }
            }
            slice.retain(inside);
        }
    }

    /** Reads the times of slices that do not have them yet. */
    void times(List<Slice> slices) {
        List<Slice> without = slices.stream().filter(s -> s.times() == null).toList();
        Map<Integer, byte[]> read = new HashMap<>();
        split(
                without,
                ids -> read.putAll(reader.times(ids)),
                (slice, head) -> slice.times(head.times(slice.block().rows())));
        for (Slice slice : without) {
            byte[] times = read.get(slice.id());
            if (times != null) {
                slice.times(Times.decode(times, slice.block()));
            } else if (slice.times() == null) {
                slice.replace(new Bits()); // retention took it meanwhile
            }
        }
    }

    /** Full blocks are read together, the head from memory. */
    static void split(
            List<Slice> slices, Consumer<Collection<Integer>> full, BiConsumer<Slice, Head> open) {
        List<Integer> ids = slices.stream().filter(s -> s.head() == null).map(Slice::id).toList();
        if (!ids.isEmpty()) {
            full.accept(ids);
        }
        for (Slice slice : slices) {
            Head head = slice.head();
            if (head != null) {
                open.accept(slice, head);
            }
        }
    }

    private static List<Slice> alive(List<Slice> slices) {
        return new ArrayList<>(slices.stream().filter(s -> !s.isDead()).toList());
    }
}
