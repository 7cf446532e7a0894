// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.audit.tlog.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Brings a trail's tables to the version that this code knows, one SQL file after the other, each
 * in a transaction with its record. What was applied is remembered with a hash: a database that
 * another code made is refused, not repaired.
 */
final class Migrations {
    private static final List<String> FILES = List.of("0001-log.sql");

    private Migrations() {}

    static void apply(Handle handle) throws TrailRefused {
        handle.execute(
                "CREATE TABLE IF NOT EXISTS migration"
                        + " (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)"
                        + " STRICT");
        int applied = verify(handle);
        for (int version = applied; version < FILES.size(); version++) {
            String name = FILES.get(version);
            String sql = read(name);
            int number = version + 1;
            handle.useTransaction(h -> {
                h.createScript(sql).execute();
                h.execute("INSERT INTO migration VALUES (?, ?, ?)", number, name, hash(sql));
            });
        }
    }

    /** Refuses tables of another code; returns how many migrations were applied. */
    static int verify(Handle handle) throws TrailRefused {
        List<String> applied =
                handle.createQuery("SELECT sha256 FROM migration ORDER BY version")
                        .mapTo(String.class)
                        .list();
        if (applied.size() > FILES.size()) {
            throw new TrailRefused(
                    "schema: version %d (expected: <= %d; a newer countersign wrote this trail)"
                            .formatted(applied.size(), FILES.size()));
        }
        for (int version = 1; version <= applied.size(); version++) {
            if (!hash(read(FILES.get(version - 1))).equals(applied.get(version - 1))) {
                throw new TrailRefused(
                        "schema: version %d is not ours (expected: hash of %s)"
                                .formatted(version, FILES.get(version - 1)));
            }
        }
        return applied.size();
    }

    private static String read(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream("schema/" + name)) {
            if (in == null) {
                throw new IllegalStateException("schema/" + name + ": not in the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("schema/" + name, e);
        }
    }

    private static String hash(String sql) {
        return HexFormat.of().formatHex(TreeHash.leaf(sql.getBytes(UTF_8)).bytes());
    }
}
