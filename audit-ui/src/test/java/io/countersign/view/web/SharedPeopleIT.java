// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.PostgresServer;
import io.countersign.view.Samples;
import io.countersign.view.access.Users;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.store.Database;
import io.countersign.view.store.UsersTable;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas whose people live in one PostgreSQL database. */
@Tag("beside")
class SharedPeopleIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path folder;

    private ViewFixture replica(String name, Users users) throws Exception {
        Path own = Files.createDirectory(folder.resolve(name));
        return ViewFixture.start(
                ViewFixture.Setup.of(
                                own,
                                AuditIndex.open(own.resolve("index.db")),
                                Clock.fixed(Samples.NOW, ZoneOffset.UTC))
                        .with(users));
    }

    private static HttpResponse<String> login(ViewFixture view, String password) throws Exception {
        return view.post("/login", Map.of("name", "admin", "password", password));
    }

    private static String session(HttpResponse<String> reply) {
        return ViewFixture.cookies(reply).getFirst().split(";", 2)[0];
    }

    @Test
    void people_ofTwoReplicas_areTheSameAndAChangeEndsSessionsOnBoth() throws Exception {
        String url = PostgresServer.shared().database();
        try (Database one = Database.open(url);
                Database two = Database.open(url)) {
            Users.Opened first = UsersTable.open(one, RANDOM);
            Users.Opened second = UsersTable.open(two, RANDOM);
            try (ViewFixture here = replica("a", first.users());
                    ViewFixture there = replica("b", second.users())) {
                String printed = first.password().orElseThrow();
                String cookie = session(login(here, printed));
                assertThat(there.get("/explore", "Cookie", cookie).headers().firstValue("Location"))
                        .contains("/first");

                HttpResponse<String> changed =
                        there.post(
                                "/first",
                                Map.of(
                                        "csrf",
                                        there.csrfOf(cookie),
                                        "old",
                                        printed,
                                        "password",
                                        "another-long-password",
                                        "again",
                                        "another-long-password"),
                                "Cookie",
                                cookie);

                assertThat(changed.statusCode()).isEqualTo(303);
                String after = session(changed);
                for (ViewFixture view : new ViewFixture[] {here, there}) {
                    assertThat(view.get("/", "Cookie", cookie).statusCode()).isEqualTo(303);
                    assertThat(view.get("/", "Cookie", after).statusCode()).isEqualTo(200);
                }
                assertThat(login(here, printed).statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void people_databaseGone_isAFaultOfOursAndLetsNobodyIn() throws Exception {
        PostgresServer server = PostgresServer.start(List.of());
        Database database = Database.open(server.database());
        Users users = UsersTable.open(database, RANDOM).users();
        try (ViewFixture view = replica("a", users)) {
            String cookie = view.cookieOf("admin");
            server.close();

            HttpResponse<String> reply = view.get("/explore", "Cookie", cookie);

            assertThat(reply.statusCode()).isEqualTo(500);
            assertThat(reply.body()).contains("Something failed here").doesNotContain("jdbc");
            assertThat(view.get("/healthz").statusCode()).isEqualTo(200);
        } finally {
            database.close();
        }
    }
}
