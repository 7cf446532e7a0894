// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** Writes pieces of logs within one transaction. Used once. */
final class Ingest {
    private static final int ASKED_TOGETHER = 64;

    private final Handle handle;
    private final Head head;
    private final Chains chains;
    private final Cosignatures cosignatures;
    private final Firsts firsts;
    private final Map<UUID, Head.Target> targets = new HashMap<>();
    private final Set<String> unseen = new LinkedHashSet<>();
    private final List<Fresh> fresh = new ArrayList<>();
    private final List<Head.Taken> taken = new ArrayList<>();

    /** An entry that is not there yet. */
    private record Fresh(AuditEntry entry, Facts facts, byte[] body, long heard) {}

    Ingest(Handle handle, Head head, Chains chains, Firsts firsts, Witnesses witnesses) {
        this.handle = handle;
        this.head = head;
        this.chains = chains;
        this.cosignatures = new Cosignatures(handle, witnesses);
        this.firsts = firsts;
    }

    /** What was new, for the head; {@code arrival} is the place of the first. */
    List<Head.Taken> take(List<Piece> pieces, long arrival) {
        pieces.forEach(this::follow);
        resolve();
        askFirsts();
        write(arrival);
        chains.save(handle);
        return taken;
    }

    private void follow(Piece piece) {
        switch (piece) {
            case Piece.Entry entry -> follow(entry, chains.of(handle, entry));
            case Piece.Removed(var _, var _, var first, var leaves, var _) ->
                    chains.of(handle, piece).removed(first, leaves);
            case Piece.Noted noted -> chains.of(handle, noted).checkpoint(noted);
            case Piece.Stranger(var _, var _, var what, var _) ->
                    chains.of(handle, piece).broken(what);
            case Piece.Cosigned(var told, var _) ->
                    cosignatures
                            .take(told)
                            .ifPresent(size -> chains.cosigned(handle, piece.log(), size));
        }
    }

    private void follow(Piece.Entry piece, Chain chain) {
        AuditEntry entry = piece.entry();
        boolean isNew = entry.seq() >= chain.next();
        if (isNew) {
            chain.entry(entry.seq(), piece.body());
        } else {
            isNew = !isKnown(entry, piece.body(), chain);
        }
        if (isNew) {
            fresh.add(new Fresh(entry, new Facts(entry), piece.body(), piece.heard()));
        }
    }

    /** Entries of a source that is read again are there; one that differs is no such entry. */
    private boolean isKnown(AuditEntry entry, byte[] body, Chain chain) {
        for (Fresh other : fresh) {
            if (other.entry().seq() == entry.seq() && other.entry().log().equals(entry.log())) {
                return true;
            }
        }
        Optional<byte[]> stored =
                handle.createQuery("SELECT body FROM entry WHERE log = ? AND seq = ?")
                        .bind(0, entry.log())
                        .bind(1, entry.seq())
                        .map((row, _) -> row.getBytes(1))
                        .findOne();
        if (stored.isPresent() && !java.util.Arrays.equals(stored.get(), body)) {
            chain.broken("entry %d stands there a second time, changed".formatted(entry.seq()));
        }
        return stored.isPresent();
    }

    /** Finds the decisions that verdicts and acts refer to and that are not in memory. */
    private void resolve() {
        Set<UUID> inBatch = new HashSet<>();
        Set<UUID> asked = new LinkedHashSet<>();
        for (Fresh each : fresh) {
            inBatch.add(each.entry().id());
            each.entry()
                    .refersTo()
                    .filter(id -> !inBatch.contains(id) && head.target(id).isEmpty())
                    .ifPresent(asked::add);
        }
        ask(
                "SELECT id, arrival, scope FROM entry WHERE id",
                asked.stream().map(Reader::bytes).toList(),
                (id, row) ->
                        targets.put(
                                id(id),
                                new Head.Target(
                                        row.getColumn("arrival", Long.class),
                                        new String(
                                                row.getColumn("scope", byte[].class),
                                                StandardCharsets.UTF_8))));
    }

    private static UUID id(byte[] bytes) {
        return new UUID(LongBytes.get(bytes, 0), LongBytes.get(bytes, Long.BYTES));
    }

    private void askFirsts() {
        Set<String> asked = new LinkedHashSet<>();
        for (Fresh each : fresh) {
            for (String token : each.facts().firsts()) {
                if (!firsts.isKnown(token)) {
                    asked.add(token);
                }
            }
        }
        unseen.addAll(asked);
        ask(
                "SELECT token FROM seen WHERE token",
                asked.stream().map(Token::bytes).toList(),
                (token, _) -> unseen.remove(Token.of(token)));
        asked.forEach(firsts::remember);
    }

    /** Asks for many keys at once; the key is the first column of the answer. */
    private void ask(String select, Collection<byte[]> keys, BiConsumer<byte[], RowView> answer) {
        List<byte[]> all = List.copyOf(keys);
        for (int at = 0; at < all.size(); at += ASKED_TOGETHER) {
            Query query =
                    handle.createQuery(select + " IN (?" + ", ?".repeat(ASKED_TOGETHER - 1) + ")");
            for (int i = 0; i < ASKED_TOGETHER; i++) {
                query.bind(i, all.get(Math.min(at + i, all.size() - 1)));
            }
            query.reduceRows(
                    true,
                    (_, row) -> {
                        answer.accept(key(row), row);
                        return true;
                    });
        }
    }

    private static byte[] key(RowView row) {
        return row.getColumn(1, byte[].class);
    }

    private void write(long from) {
        if (fresh.isEmpty()) {
            return;
        }
        long arrival = from;
        try (PreparedBatch entries =
                        handle.prepareBatch(
                                "INSERT INTO entry (arrival, log, seq, id, refers, scope, first,"
                                        + " at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedBatch marks =
                        handle.prepareBatch(
                                "INSERT INTO mark (block, token, slot) VALUES (?, ?, ?)"
                                        + " ON CONFLICT (block, token, slot) DO NOTHING");
                PreparedBatch seen =
                        handle.prepareBatch(
                                "INSERT INTO seen (token) VALUES (?) ON CONFLICT (token) DO NOTHING")) {
            for (Fresh each : fresh) {
                Head.Taken row = row(arrival++, each, seen);
                taken.add(row);
                entries.bind(0, row.arrival())
                        .bind(1, each.entry().log())
                        .bind(2, each.entry().seq())
                        .bind(3, Reader.bytes(each.entry().id()))
                        .bind(4, each.entry().refersTo().map(Reader::bytes).orElse(null))
                        .bind(5, row.scope().getBytes(StandardCharsets.UTF_8))
                        .bind(6, row.isFirst() ? 1 : 0)
                        .bind(7, each.heard())
                        .bind(8, each.body())
                        .add();
                mark(each.entry(), marks);
            }
            entries.execute();
            execute(marks);
            execute(seen);
        }
    }

    private static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private Head.Taken row(long arrival, Fresh each, PreparedBatch seen) {
        AuditEntry entry = each.entry();
        boolean isFirst = false;
        for (String token : each.facts().firsts()) {
            if (unseen.remove(token)) {
                isFirst = true;
                seen.bind(0, Token.bytes(token)).add();
            }
        }
        String scope = scope(entry);
        targets.put(entry.id(), new Head.Target(arrival, scope));
        return new Head.Taken(arrival, entry, each.facts(), scope, isFirst);
    }

    /**
     * Whose viewers may see an entry: its own account's; what refers to another entry is seen by
     * whoever sees that one, so a verdict never tells of a login of another account. What refers to
     * an entry that is not known, or to one of another account than its own, is for those only who
     * see everything.
     */
    private String scope(AuditEntry entry) {
        if (entry.refersTo().isEmpty()) {
            return entry.account();
        }
        String other = target(entry.refersTo().get()).map(Head.Target::scope).orElse("");
        return entry.account().isEmpty() || entry.account().equals(other) ? other : "";
    }

    private Optional<Head.Target> target(UUID id) {
        Head.Target known = targets.get(id);
        return known == null ? head.target(id) : Optional.of(known);
    }

    /** A verdict about an entry whose block changes no more is kept beside it. */
    private void mark(AuditEntry entry, PreparedBatch marks) {
        String verdict = Facts.verdict(entry);
        if (verdict.isEmpty()) {
            return;
        }
        entry.refersTo()
                .flatMap(this::target)
                .filter(decision -> Block.of(decision.arrival()) != head.id())
                .ifPresent(decision -> {
                    for (String token :
                            List.of(
                                    Token.of(Field.VERDICT, verdict),
                                    Token.exists(Field.VERDICT))) {
                        marks.bind(0, Block.of(decision.arrival()))
                                .bind(1, Token.bytes(token))
                                .bind(2, Block.slot(decision.arrival()))
                                .add();
                    }
                });
    }
}
