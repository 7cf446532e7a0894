// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.kit.PostgresServer;
import io.countersign.view.access.Users;
import io.countersign.view.access.UsersContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsersTableIT extends UsersContract {
    private final List<Database> opened = new ArrayList<>();
    private String url = "";

    @BeforeEach
    void make() {
        url = PostgresServer.shared().database();
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }

    private Database database() {
        Database database = Database.open(url);
        opened.add(database);
        return database;
    }

    /** Each with connections of its own, as replicas have. */
    @Override
    protected Users.Opened open() {
        return UsersTable.open(database(), RANDOM);
    }

    private static String name(String url) {
        return url.replaceAll(".*/([^/?]+)\\?.*", "$1");
    }

    private void execute(String statement) {
        PostgresServer.shared().execute(name(url), statement);
    }

    @Override
    protected void put(String name, String role, String accounts, String hash) {
        execute(
                "INSERT INTO viewer (name, role, accounts, hash) VALUES ('%s', '%s', '%s', '%s')"
                        .formatted(name, role, accounts, hash));
    }

    @Test
    void open_replicasAtOnce_makeOneAdministrator() throws Exception {
        List<Callable<Optional<String>>> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(() -> {
                try (Database own = Database.open(url)) {
                    return UsersTable.open(own, RANDOM).password();
                }
            });
        }
        List<String> passwords = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Optional<String>> start : threads.invokeAll(starts)) {
                start.get().ifPresent(passwords::add);
            }
        }
        assertThat(passwords).hasSize(1);
    }

    @Test
    void find_rowOfTheWrongForm_isNobody() {
        Users users = open().users();
        put("a b", "view", "", HASH);
        put("bad-hash", "view", "", "sesame");

        assertThat(users.find("a b")).isEmpty();
        assertThat(users.find("bad-hash")).isEmpty();
        assertThat(users.all()).hasSize(1);
    }

    @Test
    void find_connectionsThatTheServerEnded_areReplaced() {
        Users users = open().users();
        assertThat(users.find("admin")).isPresent();

        PostgresServer.shared()
                .execute(
                        "postgres",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                                + name(url)
                                + "'");

        assertThat(users.find("admin")).isPresent();
    }

    @Test
    void open_noDatabase_saysSoWithoutThePassword() {
        String elsewhere =
                url.replace(name(url), "none")
                        .replace("user=countersign", "user=a&password=s3cret");
        assertThatThrownBy(() -> Database.open(elsewhere))
                .isInstanceOf(StoreUnusable.class)
                .hasMessageStartingWith("people: ")
                .hasMessageNotContaining("s3cret");
    }
}
