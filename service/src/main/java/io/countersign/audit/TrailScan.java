// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.audit.EntryRows.Row;
import io.countersign.audit.LogVerifier.Pin;
import io.countersign.audit.tlog.Tile;
import io.countersign.audit.tlog.TreeHash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/** One pass over the rows of a trail: leaf hashes from the tiles, bodies beside them. */
final class TrailScan {
    private final Handle handle;
    private final LogRow log;
    private final Findings findings;
    private final LogVerifier verifier;
    private final RangeSet missing = new RangeSet();
    private final Map<Integer, Tile> upper = new HashMap<>();
    private @Nullable Row row;
    private long present;

    TrailScan(Handle handle, LogRow log, List<Pin> pins, Findings findings) {
        this.handle = handle;
        this.log = log;
        this.findings = findings;
        this.verifier = new LogVerifier(log.origin(), pins, this::compare, findings);
    }

    void run() {
        bodies();
        verifier.end();
        tilesAreComplete();
        missingIsAccountedFor();
        if (verifier.hasTwins()) {
            twins();
        }
    }

    private void bodies() {
        try (EntryRows rows = new EntryRows(handle.getConnection());
                ResultIterator<Tile> tiles =
                        handle.createQuery("SELECT n, hashes FROM tile WHERE level = 0 ORDER BY n")
                                .map((tile, _) -> new Tile(0, tile.getLong(1), tile.getBytes(2)))
                                .iterator()) {
            row = rows.next();
            if (row != null && row.seq() < 0) {
                findings.broken("an entry stands before the first place");
            }
            for (long first = 0; first < log.size(); first += Tile.WIDTH) {
                Optional<Tile> tile =
                        tiles.hasNext() ? Optional.of(tiles.next()) : Optional.empty();
                if (!isTileOf(first, tile)) {
                    findings.broken(first, "its leaf hash is missing, or one after it");
                    return;
                }
                leaves(first, tile.orElseThrow(), rows);
            }
            if (row != null) {
                findings.broken(row.seq(), "stands beyond the log's size of " + log.size());
            }
        }
    }

    private boolean isTileOf(long first, Optional<Tile> tile) {
        long expected = Math.min(Tile.WIDTH, log.size() - first);
        return tile.isPresent()
                && tile.get().n() == first / Tile.WIDTH
                && tile.get().count() == expected;
    }

    private void leaves(long first, Tile tile, EntryRows rows) {
        for (int i = 0; i < tile.count(); i++) {
            Row here = row;
            if (here == null || here.seq() != first + i) {
                missing.add(first + i);
                verifier.next(tile.hash(i), null);
                continue;
            }
            present++;
            verifier.next(tile.hash(i), here.body()).ifPresent(head -> columns(here, head));
            row = rows.next();
        }
    }

    private void columns(Row found, EntryHead head) {
        boolean same =
                Arrays.equals(found.id(), TrailStore.bytes(head.id()))
                        && found.time() == head.time()
                        && Arrays.equals(found.kind(), head.kind().getBytes(US_ASCII));
        if (!same) {
            findings.broken(found.seq(), "changed: its columns are not what its body says");
        }
    }

    /** An inner node as it was just computed, against the one that is stored. */
    private void compare(int level, long n, TreeHash root) {
        Tile tile = upper.get(level);
        if (tile == null || tile.n() != n / Tile.WIDTH) {
            tile = TrailStore.tile(handle, level, n / Tile.WIDTH);
            upper.put(level, tile);
        }
        if (!tile.hash((int) (n % Tile.WIDTH)).equals(root)) {
            findings.broken(n << (Tile.HEIGHT * level), "a tree node over it was changed");
        }
    }

    /** Not more hashes either: what is beyond the size would be taken for grown later. */
    private void tilesAreComplete() {
        Map<Integer, Long> stored = new HashMap<>();
        handle.createQuery("SELECT level, sum(length(hashes)) FROM tile GROUP BY level")
                .map((sum, _) -> stored.put(sum.getInt(1), sum.getLong(2)))
                .forEach(_ -> {});
        Map<Integer, Long> expected = new HashMap<>();
        int level = 0;
        for (long count = log.size(); count > 0; count >>= Tile.HEIGHT) {
            expected.put(level++, count * TreeHash.LENGTH);
        }
        if (!stored.equals(expected) && !findings.hasBroken()) { // else it was said, with a place
            findings.broken(
                    "tree hashes by level: %s bytes (expected: %s)".formatted(stored, expected));
        }
    }

    private void missingIsAccountedFor() {
        RangeSet allowed = new RangeSet();
        List<Long> acts =
                handle.createQuery("SELECT DISTINCT act FROM removal ORDER BY act")
                        .mapTo(Long.class)
                        .list();
        for (long act : acts) {
            RangeSet places = places(act);
            if (isAllowed(act, places)) {
                places.ranges().forEach(allowed::add);
            } else {
                findings.broken(act, "is no act that removes what the table of removals says");
            }
        }
        long gap = missing.firstOutside(allowed);
        if (gap >= 0) {
            findings.broken(gap, "missing, and no act in the log accounts for it");
        }
    }

    private RangeSet places(long act) {
        RangeSet places = new RangeSet();
        handle.createQuery("SELECT first, last FROM removal WHERE act = ?")
                .bind(0, act)
                .map((range, _) -> new long[] {range.getLong(1), range.getLong(2)})
                .forEach(range -> add(places, act, range[0], range[1]));
        return places;
    }

    private void add(RangeSet places, long act, long first, long last) {
        if (first < 0 || last < first || last >= act) {
            findings.broken(act, "removes %d to %d, which it cannot".formatted(first, last));
        } else {
            places.add(new RangeSet.Range(first, last));
        }
    }

    private boolean isAllowed(long act, RangeSet places) {
        Optional<StoredEntry> stored =
                handle.createQuery("SELECT seq, body FROM entry WHERE seq = ?")
                        .bind(0, act)
                        .map((columns, _) ->
                                new StoredEntry(columns.getLong(1), columns.getBytes(2)))
                        .findOne();
        try {
            return stored.isPresent()
                    && act < log.size()
                    && Removal.allows(stored.get().entry(), places);
        } catch (BadEntry _) {
            return false;
        }
    }

    private void twins() {
        handle.createQuery(
                        "SELECT max(seq) FROM entry NOT INDEXED GROUP BY id HAVING count(*) > 1"
                                + " ORDER BY 1 LIMIT 10")
                .mapTo(Long.class)
                .forEach(seq -> findings.broken(seq, "has the id of an earlier entry"));
    }

    long size() {
        return log.size();
    }

    long present() {
        return present;
    }

    long removed() {
        return missing.count();
    }

    long covered() {
        return verifier.covered();
    }

    long fitting() {
        return verifier.fitting();
    }
}
