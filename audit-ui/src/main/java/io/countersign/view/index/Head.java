// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest block while it fills. Lives in memory only: its entries are in the database, and it is
 * made again from them after a start. One thread adds, many read.
 */
final class Head {
    private final int id;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, Slots> tokens = new HashMap<>();
    private final Map<Field, Column> columns = new EnumMap<>(Field.class);
    private final Map<String, Numbers> numbers = new TreeMap<>();
    private final Map<UUID, Target> targets = new HashMap<>();
    private final Bits live = new Bits();
    private long[] times = new long[1024];
    private int rows;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    Head(int id) {
        this.id = id;
        Field.COLUMNS.forEach(field -> columns.put(field, new Column()));
    }

    /** Where an entry is that others may refer to. */
    record Target(long arrival, String scope) {}

    /** A row as it is taken: what is in the database of it, decoded. */
    record Taken(long arrival, AuditEntry entry, Facts facts, String scope, boolean isFirst) {
        static Taken of(long arrival, AuditEntry entry, String scope, boolean isFirst) {
            return new Taken(arrival, entry, new Facts(entry), scope, isFirst);
        }
    }

    int id() {
        return id;
    }

    int rows() {
        return read(() -> rows);
    }

    boolean isFull() {
        return rows() == Block.SIZE;
    }

    Optional<Target> target(UUID id) {
        return Optional.ofNullable(targets.get(id));
    }

    /** Takes rows in the order of their arrival. */
    void add(Iterable<Taken> taken) {
        lock.writeLock().lock();
        try {
            taken.forEach(this::add);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void add(Taken taken) {
        int slot = Block.slot(taken.arrival());
        AuditEntry entry = taken.entry();
        Facts facts = taken.facts();
        facts.tokens(token -> token(token, slot));
        token(Token.ALL, slot);
        token(Token.scope(taken.scope()), slot);
        if (taken.isFirst()) {
            token(Token.of(Field.IS, "first"), slot);
        }
        for (Field field : Field.COLUMNS) {
            column(field).set(slot, facts.column(field));
        }
        facts.numbers()
                .forEach((name, value) ->
                        numbers.computeIfAbsent(name, _ -> new Numbers()).set(slot, value));
        time(slot, entry.time().toEpochMilli());
        live.set(slot);
        rows = slot + 1;
        targets.put(entry.id(), new Target(taken.arrival(), taken.scope()));
        verdict(entry);
    }

    private void verdict(AuditEntry entry) {
        String verdict = Facts.verdict(entry);
        Target decision = entry.refersTo().map(targets::get).orElse(null);
        if (!verdict.isEmpty() && decision != null && Block.of(decision.arrival()) == id) {
            token(Token.of(Field.VERDICT, verdict), Block.slot(decision.arrival()));
            token(Token.exists(Field.VERDICT), Block.slot(decision.arrival()));
        }
    }

    private void token(String token, int slot) {
        tokens.computeIfAbsent(token, _ -> new Slots()).add(slot);
    }

    private Column column(Field field) {
        return columns.computeIfAbsent(field, _ -> new Column());
    }

    private void time(int slot, long millis) {
        if (slot >= times.length) {
            times = Arrays.copyOf(times, 2 * slot);
        }
        times[slot] = millis;
        min = Math.min(min, millis);
        max = Math.max(max, millis);
    }

    /** As a block of so many rows; null if there are none. */
    @Nullable Block block(int rows) {
        return read(() -> rows == 0 ? null : new Block(id, rows, live.count(), min, max));
    }

    Bits live(int rows) {
        return read(() -> {
            Bits bits = live.copy();
            bits.and(Bits.upTo(rows));
            return bits;
        });
    }

    /** Where tokens of a span occur. */
    Bits find(Token.Span span, int rows) {
        return read(() -> {
            Bits bits = new Bits();
            if (span.isOne()) {
                Slots slots = tokens.get(span.first());
                if (slots != null) {
                    slots.addTo(bits, rows);
                }
            } else {
                tokens.forEach((token, slots) -> {
                    if (span.contains(token)) {
                        slots.addTo(bits, rows);
                    }
                });
            }
            return bits;
        });
    }

    /** Tokens of a span and where they occur. */
    Map<String, Bits> values(Token.Span span, int rows) {
        return read(() -> {
            Map<String, Bits> found = new TreeMap<>();
            tokens.forEach((token, slots) -> {
                if (span.contains(token)) {
                    slots.addTo(found.computeIfAbsent(token, _ -> new Bits()), rows);
                }
            });
            return found;
        });
    }

    Column.Values column(Field field, int rows) {
        return read(() -> column(field).values(rows));
    }

    Bits between(String column, long least, long most, int rows) {
        return read(() -> {
            Numbers some = numbers.get(column);
            return some == null ? new Bits() : Numbers.between(some.encoded(rows), least, most);
        });
    }

    long[] times(int rows) {
        return read(() -> Arrays.copyOf(times, rows));
    }

    /** Writes all of it as a block that changes no more. */
    Block seal(BlockWriter writer) {
        return read(() -> {
            SortedMap<String, byte[]> postings = new TreeMap<>();
            tokens.forEach((token, slots) -> postings.put(token, slots.encoded()));
            Chunks.write(postings, (first, chunk) -> writer.chunk(id, first, chunk));
            columns.forEach((field, column) ->
                    writer.column(
                            id,
                            Character.toString(field.code()),
                            column.dictionary(live),
                            column.packed(rows)));
            numbers.forEach((name, some) ->
                    writer.numbers(id, name, some.least(), some.most(), some.encoded(rows)));
            Block block = new Block(id, rows, live.count(), min, max);
            writer.block(block, Times.encode(times, rows, min, max));
            return block;
        });
    }

    private <T extends @Nullable Object> T read(Supplier<T> reading) {
        lock.readLock().lock();
        try {
            return reading.get();
        } finally {
            lock.readLock().unlock();
        }
    }
}
