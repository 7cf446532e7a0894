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
        if (field.isNumeric() || field == Field.ADDR || field == Field.ID) {
            return List.of();
        }
        Token.Span span = Token.Span.prefix(Token.of(field, start));
        Evaluator evaluator = new Evaluator(reader, search);
        Map<String, Long> sum = new HashMap<>();
        List<Slice> slices = snapshot.newestFirst(search.range());
        for (Slice slice : slices.subList(0, Math.min(BLOCKS, slices.size()))) {
            if (deadline.isOver()) {
                break;
            }
            for (Slice matched : evaluator.match(List.of(slice))) {
                count(matched, span, sum);
            }
        }
        return Counter.top(sum, most);
    }

    /** Only values that the search, and with it the scope, lets through. */
    private void count(Slice slice, Token.Span span, Map<String, Long> sum) {
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
