// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

import io.countersign.identity.users.PasswordHash;
import io.countersign.view.access.FirstPassword;
import io.countersign.view.access.LocalUser;
import io.countersign.view.access.Users;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local people in a table: all replicas ask the same one, so what is changed there counts
 * everywhere at once. A row that is not of the right form is nobody, and loud in the log.
 * Thread-safe.
 */
public final class UsersTable implements Users {
    static final String TABLE =
            """
            CREATE TABLE IF NOT EXISTS viewer (
              name TEXT PRIMARY KEY,
              role TEXT NOT NULL CHECK (role IN ('view', 'operate', 'admin')),
              accounts TEXT NOT NULL DEFAULT '',
              hash TEXT NOT NULL,
              must_change BOOLEAN NOT NULL DEFAULT false)
            """;

    private static final Logger log = LoggerFactory.getLogger(UsersTable.class);
    private static final String COLUMNS = "SELECT name, role, accounts, hash, must_change FROM ";
    private static final RowMapper<Optional<LocalUser>> USER =
            (row, _) ->
                    user(
                            row.getString("name"),
                            row.getString("role"),
                            row.getString("accounts"),
                            row.getString("hash"),
                            row.getBoolean("must_change"));

    private final Database database;

    private UsersTable(Database database) {
        this.database = database;
    }

    /** The people of a database; one without anybody gets an administrator. */
    public static Opened open(Database database, SecureRandom random) {
        Optional<String> password = isEmpty(database) ? begin(database, random) : Optional.empty();
        return new Opened(
                new UsersTable(database), password, "table viewer of " + database.place());
    }

    private static boolean isEmpty(Database database) {
        return database.with(handle ->
                handle.createQuery("SELECT count(*) FROM viewer").mapTo(Integer.class).one() == 0);
    }

    /** Of replicas that start at once, one makes it; the others find it there. */
    private static Optional<String> begin(Database database, SecureRandom random) {
        FirstPassword first = FirstPassword.make(random);
        int made =
                database.alone(handle ->
                        handle.createUpdate(
                                        "INSERT INTO viewer (name, role, hash, must_change)"
                                                + " SELECT 'admin', 'admin', :hash, true"
                                                + " WHERE NOT EXISTS (SELECT 1 FROM viewer)")
                                .bind("hash", first.hash().encoded())
                                .execute());
        return made == 1 ? Optional.of(first.clear()) : Optional.empty();
    }

    @Override
    public Optional<LocalUser> find(String name) {
        return database.with(handle ->
                handle.createQuery(COLUMNS + "viewer WHERE name = :name")
                        .bind("name", name.replace("\0", "?")) // no name has one, and no text may
                        .map(USER)
                        .findOne()
                        .flatMap(user -> user));
    }

    @Override
    public List<LocalUser> all() {
        return database.with(handle ->
                handle.createQuery(COLUMNS + "viewer ORDER BY name").map(USER).stream()
                        .flatMap(Optional::stream)
                        .toList());
    }

    @Override
    public void change(String name, PasswordHash password) {
        database.with(handle ->
                handle.createUpdate(
                                "UPDATE viewer SET hash = :hash, must_change = false"
                                        + " WHERE name = :name")
                        .bind("hash", password.encoded())
                        .bind("name", name)
                        .execute());
    }

    private static Optional<LocalUser> user(
            String name, String role, String accounts, String hash, boolean mustChange) {
        try {
            return Optional.of(LocalUser.parse(name, role, accounts, hash, mustChange));
        } catch (IllegalArgumentException e) {
            log.error("viewer {}: {}; nobody can log in by that name", name, e.getMessage());
            return Optional.empty();
        }
    }
}
