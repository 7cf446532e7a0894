// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Completes values, from the newest blocks on until the time is up. Used once. */
final class Suggestions {
    private static final int BLOCKS = 32;

    private final Reader reader;
    private final Search search;
    private final Snapshot snapshot;
    private final Deadline deadline;

    Suggestions(Reader reader, Search search, Snapshot snapshot, Deadline deadline) {
        this.reader = reader;
        this.search = search;
        this.snapshot = snapshot;
        this.deadline = deadline;
    }

    List<Counted.Value> of(Field field, String start, int most) {
        boolean named = field.isCounted() || field.form() == Field.Form.NAME;
        if (!named && field.form() != Field.Form.TEXT && field.form() != Field.Form.CODE) {
            return List.of();
        }
        Evaluator evaluator = new Evaluator(reader, search);
        Map<String, Long> sum = new HashMap<>();
        List<Slice> slices = snapshot.newestFirst(search.range());
        for (Slice slice : slices.subList(0, Math.min(BLOCKS, slices.size()))) {
            if (deadline.isOver()) {
                break;
            }
            for (Slice matched : evaluator.match(List.of(slice))) {
                if (field.isCounted()) {
                    column(matched, field, start, sum);
                } else {
                    tokens(matched, Token.Span.prefix(Token.of(field, start)), sum);
                }
            }
        }
        return Counter.top(sum, most);
    }

    /** Capitals do not matter here: whoever types does not know them yet. */
    private void column(Slice slice, Field field, String start, Map<String, Long> sum) {
        Head head = slice.head();
        Column.Values column =
                head == null
                        ? reader.column(field, List.of(slice.id())).get(slice.id())
                        : head.column(field, slice.block().rows());
        if (column == null) {
            return; // retention took it meanwhile
        }
        int[] counts = column.count(slice.bits());
        for (int i = 1; i < counts.length; i++) { // 0 stands for no value
            String value = column.texts().get(i);
            if (counts[i] > 0 && value.regionMatches(true, 0, start, 0, start.length())) {
                sum.merge(value, (long) counts[i], Long::sum);
            }
        }
    }

    /** Only values that the search, and with it the scope, lets through. */
    private void tokens(Slice slice, Token.Span span, Map<String, Long> sum) {
        Map<String, Bits> found = new HashMap<>();
        Head head = slice.head();
        if (head != null) {
            found = head.values(span, slice.block().rows());
        } else {
            Map<String, Bits> read = found;
            reader.pieces(
                    span,
                    List.of(slice.id()),
                    (_, token, bytes, from, length) ->
                            Slots.decode(
                                    bytes,
                                    from,
                                    length,
                                    read.computeIfAbsent(token, _ -> new Bits())));
        }
        found.forEach((token, bits) -> {
            bits.and(slice.bits());
            int count = bits.count();
            if (count > 0) {
                sum.merge(Token.value(token), (long) count, Long::sum);
            }
        });
    }
}
