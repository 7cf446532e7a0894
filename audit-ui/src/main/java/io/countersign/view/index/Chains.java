// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The chains of all logs, and how they are kept. What a transaction changed is forgotten with
 * {@link #reset} if it failed. Used by one thread.
 */
final class Chains {
    private final Ed25519 ed25519;
    private final Map<String, Chain> chains = new HashMap<>();
    private final Set<String> touched = new HashSet<>();

    /** Sizes of trees that others signed since the last time. */
    private final Map<String, Set<Long>> cosigned = new HashMap<>();

    Chains(Ed25519 ed25519) {
        this.ed25519 = ed25519;
    }

    /** Reads everything anew when it is needed. */
    void reset() {
        chains.clear();
        touched.clear();
        cosigned.clear();
    }

    /** Somebody signed a tree of a log; one that nothing was read of does not begin by that. */
    void cosigned(Handle handle, String log, long size) {
        if (chains.containsKey(log) || isKnown(handle, log)) {
            chains.computeIfAbsent(log, name -> load(handle, name));
            touched.add(log);
            cosigned.computeIfAbsent(log, _ -> new HashSet<>()).add(size);
        }
    }

    private static boolean isKnown(Handle handle, String log) {
        return handle.createQuery("SELECT count(*) FROM trail WHERE log = ?")
                        .bind(0, log)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    Chain of(Handle handle, Piece piece) {
        touched.add(piece.log());
        Chain chain = chains.computeIfAbsent(piece.log(), log -> load(handle, log));
        chain.heard(piece);
        return chain;
    }

    private Chain load(Handle handle, String log) {
        Chain.Stored stored =
                handle.createQuery("SELECT * FROM trail WHERE log = ?")
                        .bind(0, log)
                        .map((row, _) ->
                                new Chain.Stored(
                                        log,
                                        row.getString("instance"),
                                        row.getLong("next"),
                                        row.getLong("covered"),
                                        hashes(row.getBytes("tree")),
                                        row.getString("vkey"),
                                        row.getLong("heard"),
                                        row.getString("gap"),
                                        row.getString("broken")))
                        .findOne()
                        .orElseGet(() -> Chain.Stored.fresh(log));
        return new Chain(stored, ed25519);
    }

    /** Writes what changed. */
    void save(Handle handle) {
        for (String log : touched) {
            Chain chain = chains.get(log);
            if (chain != null) {
                save(handle, chain);
            }
        }
        touched.clear();
        cosigned.clear();
    }

    private void save(Handle handle, Chain chain) {
        notes(handle, chain);
        Chain.Stored stored = chain.stored();
        handle.execute("DELETE FROM trail WHERE log = ?", stored.log());
        handle.createUpdate(
                        "INSERT INTO trail (log, instance, next, covered, tree, vkey, heard, gap,"
                                + " broken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(0, stored.log())
                .bind(1, plain(stored.instance()))
                .bind(2, stored.next())
                .bind(3, stored.covered())
                .bind(4, bytes(stored.tree()))
                .bind(5, stored.vkey())
                .bind(6, stored.heard())
                .bind(7, stored.gap())
                .bind(8, plain(stored.broken()))
                .execute();
        for (Chain.Node node : chain.takeNodes()) {
            handle.execute(
                    "INSERT INTO node (log, level, n, hash) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (log, level, n) DO NOTHING",
                    stored.log(),
                    node.level(),
                    node.n(),
                    node.hash().bytes());
        }
    }

    /** Keeps checkpoints, and compares what others signed: either may come first. */
    private void notes(Handle handle, Chain chain) {
        String log = chain.log();
        List<Chain.Note> compared = new ArrayList<>(chain.takeNotes());
        for (Chain.Note note : compared) {
            handle.execute(
                    "INSERT INTO checkpoint (log, size, note) VALUES (?, ?, ?)"
                            + " ON CONFLICT (log, size) DO UPDATE SET note = excluded.note",
                    log,
                    note.size(),
                    note.note().encoded());
        }
        for (long size : cosigned.getOrDefault(log, Set.of())) {
            handle.createQuery("SELECT note FROM checkpoint WHERE log = ? AND size = ?")
                    .bind(0, log)
                    .bind(1, size)
                    .map((row, _) -> new Chain.Note(size, Cosignatures.note(row.getString(1))))
                    .findOne()
                    .ifPresent(compared::add);
        }
        for (Chain.Note note : compared) {
            Cosignatures.against(handle, log, note).forEach(chain::contradicted);
        }
    }

    /** PostgreSQL keeps no text with a NUL in it. */
    private static String plain(String text) {
        return text.replace('\0', '\ufffd');
    }

    private static byte @Nullable [] bytes(@Nullable List<TreeHash> hashes) {
        if (hashes == null) {
            return null;
        }
        byte[] bytes = new byte[hashes.size() * TreeHash.LENGTH];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i).bytes(), 0, bytes, i * TreeHash.LENGTH, TreeHash.LENGTH);
        }
        return bytes;
    }

    private static @Nullable List<TreeHash> hashes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        List<TreeHash> hashes = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += TreeHash.LENGTH) {
            hashes.add(TreeHash.at(bytes, at));
        }
        return hashes;
    }

    /** Of all logs, by instance, the one that was heard last first. */
    static List<TrailState> states(Handle handle, Witnesses witnesses) {
        return handle.createQuery("SELECT * FROM trail ORDER BY instance, heard DESC, log")
                .map((row, _) ->
                        new TrailState(
                                row.getString("instance"),
                                row.getString("log"),
                                Math.max(0, row.getLong("next")),
                                row.getLong("covered"),
                                Instant.ofEpochMilli(row.getLong("heard")),
                                row.getString("gap"),
                                row.getString("broken"),
                                Cosignatures.newest(handle, row.getString("log"), witnesses)))
                .list();
    }
}
