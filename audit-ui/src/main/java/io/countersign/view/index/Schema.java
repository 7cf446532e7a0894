// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables. An index is a copy: one of another version is not converted but thrown away, and read
 * anew from its source.
 */
final class Schema {
    private static final Logger log = LoggerFactory.getLogger(Schema.class);
    private static final int VERSION = 4;

    /** In both databases; BYTES is the type of bytes. */
    private static final List<String> TABLES =
            List.of(
                    "CREATE TABLE position (source TEXT PRIMARY KEY, at BIGINT NOT NULL)",
                    """
                    CREATE TABLE entry (
                      arrival BIGINT PRIMARY KEY, log TEXT NOT NULL, seq BIGINT NOT NULL,
                      id BYTES NOT NULL, refers BYTES, scope BYTES NOT NULL,
                      first INTEGER NOT NULL, at BIGINT NOT NULL, body BYTES NOT NULL,
                      UNIQUE (log, seq))\
                    """,
                    "CREATE INDEX entry_id ON entry (id)",
                    "CREATE INDEX entry_refers ON entry (refers) WHERE refers IS NOT NULL",
                    """
                    CREATE TABLE block (
                      id BIGINT PRIMARY KEY, n INTEGER NOT NULL, live INTEGER NOT NULL,
                      oldest BIGINT NOT NULL, newest BIGINT NOT NULL, times BYTES NOT NULL)\
                    """,
                    """
                    CREATE TABLE col (
                      block BIGINT NOT NULL, name TEXT NOT NULL, least BIGINT NOT NULL,
                      most BIGINT NOT NULL, dictionary BYTES NOT NULL, slots BYTES NOT NULL,
                      PRIMARY KEY (block, name))\
                    """,
                    """
                    CREATE TABLE post (
                      block BIGINT NOT NULL, token BYTES NOT NULL, data BYTES NOT NULL,
                      PRIMARY KEY (block, token))\
                    """,
                    """
                    CREATE TABLE mark (
                      block BIGINT NOT NULL, token BYTES NOT NULL, slot INTEGER NOT NULL,
                      PRIMARY KEY (block, token, slot))\
                    """,
                    "CREATE TABLE seen (token BYTES PRIMARY KEY)",
                    """
                    CREATE TABLE trail (
                      log TEXT PRIMARY KEY, instance TEXT NOT NULL, next BIGINT NOT NULL,
                      covered BIGINT NOT NULL, tree BYTES, vkey TEXT NOT NULL,
                      heard BIGINT NOT NULL, gap TEXT NOT NULL, broken TEXT NOT NULL)\
                    """,
                    """
                    CREATE TABLE node (
                      log TEXT NOT NULL, level INTEGER NOT NULL, n BIGINT NOT NULL,
                      hash BYTES NOT NULL, PRIMARY KEY (log, level, n))\
                    """,
                    """
                    CREATE TABLE checkpoint (
                      log TEXT NOT NULL, size BIGINT NOT NULL, note TEXT NOT NULL,
                      PRIMARY KEY (log, size))\
                    """,
                    """
                    CREATE TABLE cosignature (
                      log TEXT NOT NULL, size BIGINT NOT NULL, vkey TEXT NOT NULL,
                      at BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (log, size, vkey))\
                    """,
                    "CREATE INDEX cosignature_key ON cosignature (log, vkey, size)",
                    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)");

    /** Bytes that do not get smaller, in the row as long as they fit into a page. */
    private static final List<String> POSTGRES =
            List.of(
                    "ALTER TABLE post ALTER COLUMN data SET STORAGE PLAIN",
                    "ALTER TABLE block ALTER COLUMN times SET STORAGE EXTERNAL",
                    "ALTER TABLE col ALTER COLUMN slots SET STORAGE EXTERNAL",
                    "ALTER TABLE entry SET (autovacuum_vacuum_insert_scale_factor = 0.5)");

    private static final List<String> NAMES =
            List.of(
                    "position",
                    "entry",
                    "block",
                    "col",
                    "post",
                    "mark",
                    "seen",
                    "trail",
                    "node",
                    "checkpoint",
                    "cosignature",
                    "meta",
                    "doc",
                    "txt");

    private Schema() {}

    /** Makes the tables, unless they are there in this version. */
    static void migrate(Handle handle, Dialect dialect) {
        int version = version(handle, dialect);
        if (version == VERSION) {
            return;
        }
        if (version != 0) {
            log.warn(
                    "index: {} is of version {} (expected: {}); it is built anew from its source",
                    dialect.place(),
                    version,
                    VERSION);
            clear(handle, dialect);
        }
        create(handle, dialect);
    }

    /** Throws everything away. */
    static void clear(Handle handle, Dialect dialect) {
        String cascade = dialect instanceof Dialect.Postgres ? " CASCADE" : "";
        NAMES.forEach(name -> handle.execute("DROP TABLE IF EXISTS " + name + cascade));
    }

    static void create(Handle handle, Dialect dialect) {
        TABLES.forEach(table -> handle.execute(table.replace("BYTES", dialect.bytes())));
        if (dialect instanceof Dialect.Postgres) {
            POSTGRES.forEach(handle::execute);
        }
        handle.execute("INSERT INTO meta VALUES ('version', ?)", Integer.toString(VERSION));
    }

    /** 0 if there are no tables; 1 is that of the first release, which kept it elsewhere. */
    private static int version(Handle handle, Dialect dialect) {
        if (hasTable(handle, dialect, "meta")) {
            return handle.createQuery("SELECT value FROM meta WHERE name = 'version'")
                    .mapTo(Integer.class)
                    .findOne()
                    .orElse(1);
        }
        return hasTable(handle, dialect, "entry") ? 1 : 0;
    }

    private static boolean hasTable(Handle handle, Dialect dialect, String name) {
        String names =
                switch (dialect) {
                    case Dialect.Sqlite _ ->
                            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
                    case Dialect.Postgres _ ->
                            "SELECT count(*) FROM pg_class WHERE oid = to_regclass(?)";
                };
        return handle.createQuery(names).bind(0, name).mapTo(Integer.class).one() > 0;
    }
}
