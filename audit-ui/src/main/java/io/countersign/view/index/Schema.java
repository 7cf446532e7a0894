// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The tables and how they came to be. A step that was once released is never changed. */
final class Schema {
    private static final List<String> FIRST =
            List.of(
                    """
                    CREATE TABLE entry (
                      k INTEGER PRIMARY KEY, arrival INTEGER NOT NULL UNIQUE,
                      log TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
                      outcome TEXT NOT NULL, reason TEXT NOT NULL, usr TEXT NOT NULL,
                      principal TEXT NOT NULL, presented TEXT NOT NULL, addr TEXT NOT NULL,
                      account TEXT NOT NULL, rule TEXT NOT NULL, source TEXT NOT NULL,
                      instance TEXT NOT NULL, server TEXT NOT NULL, lang TEXT NOT NULL,
                      credential TEXT NOT NULL, actor TEXT NOT NULL, session TEXT NOT NULL,
                      revision TEXT NOT NULL, refers TEXT NOT NULL, UNIQUE (log, seq))\
                    """,
                    "CREATE TABLE doc (k INTEGER PRIMARY KEY, body BLOB NOT NULL)",
                    "CREATE TABLE position (source TEXT PRIMARY KEY, at INTEGER NOT NULL)",
                    "CREATE VIRTUAL TABLE txt USING fts5(words, content='', prefix='3')");

    /** Each ends with the row id, which is the time: newest first needs no sorting. */
    private static final List<String> INDEXED =
            List.of(
                    "id",
                    "outcome",
                    "reason",
                    "usr",
                    "principal",
                    "presented",
                    "addr",
                    "account",
                    "rule",
                    "source",
                    "instance",
                    "server",
                    "lang",
                    "credential",
                    "actor",
                    "session",
                    "revision",
                    "refers");

    private static final int VERSION = 1;

    private Schema() {}

    /**
     * Brings the tables to this version.
     *
     * @throws IndexUnusable if a newer release made them
     */
    static void migrate(Handle handle) {
        int version = handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one();
        if (version > VERSION) {
            throw new IndexUnusable(
                    "index: version %d (expected: at most %d; a newer release made it)"
                            .formatted(version, VERSION));
        }
        if (version < 1) {
            FIRST.forEach(handle::execute);
            INDEXED.forEach(column ->
                    handle.execute("CREATE INDEX entry_%1$s ON entry (%1$s)".formatted(column)));
            handle.execute("PRAGMA user_version = 1");
        }
    }
}
