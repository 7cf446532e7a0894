// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/** What the two databases do differently; everything else is the same SQL. */
sealed interface Dialect {
    Connection connect() throws SQLException;

    /** The type of bytes. */
    String bytes();

    /** True for rows whose column is one of the numbers in a bound text, joined by commas. */
    String among(String column);

    /** Where it is, without a password. */
    String place();

    /** A database of that address: a PostgreSQL or SQLite JDBC URL, or a file. */
    static Dialect of(String address) {
        if (address.startsWith("jdbc:postgresql:")) {
            return new Postgres(address);
        }
        return new Sqlite(
                Path.of(
                        address.startsWith("jdbc:sqlite:")
                                ? address.substring("jdbc:sqlite:".length())
                                : address));
    }

    /** One file; only its owner can read it. */
    record Sqlite(Path file) implements Dialect {
        private static final int BUSY_MILLIS = 10_000;
        private static final int PAGE = 8192;
        private static final int CACHE_KIB = -32_768;

        @Override
        public Connection connect() throws SQLException {
            create();
            SQLiteConfig config = new SQLiteConfig();
            config.setPageSize(PAGE);
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
            config.setBusyTimeout(BUSY_MILLIS);
            config.setCacheSize(CACHE_KIB);
            config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
            return config.createConnection("jdbc:sqlite:" + file);
        }

        private void create() {
            try {
                if (Files.notExists(file)) {
                    Files.createFile(
                            file,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
                }
            } catch (IOException e) {
                throw new IndexUnusable("index: cannot make " + file + ": " + e, e);
            }
        }

        @Override
        public String bytes() {
            return "BLOB";
        }

        @Override
        public String among(String column) {
            return column + " IN (SELECT value FROM json_each('[' || ? || ']'))";
        }

        @Override
        public String place() {
            return file.toString();
        }
    }

    /** A database of a PostgreSQL server; password in the URL, PGPASSFILE or ~/.pgpass. */
    record Postgres(String url) implements Dialect {
        @Override
        public Connection connect() throws SQLException {
            Properties wanted = new Properties();
            wanted.setProperty("ApplicationName", "countersign audit-ui");
            wanted.setProperty("reWriteBatchedInserts", "true");
            // Bytes as they are, from the first time on: as text they are twice as many.
            wanted.setProperty("prepareThreshold", "-1");
            wanted.setProperty("tcpKeepAlive", "true");
            wanted.setProperty("options", "-c plan_cache_mode=force_generic_plan -c jit=off");
            return DriverManager.getConnection(url, wanted);
        }

        @Override
        public String bytes() {
            return "bytea";
        }

        @Override
        public String among(String column) {
            return column + " = ANY(string_to_array(?, ',')::bigint[])";
        }

        @Override
        public String place() {
            int end = url.indexOf('?');
            String plain = end < 0 ? url : url.substring(0, end);
            return plain.replaceFirst("//[^/@]*@", "//");
        }

        /** Does not show the password. */
        @Override
        public String toString() {
            return place();
        }
    }
}
