// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.kit.PostgresServer;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same with a real PostgreSQL, and what only it has. */
class PostgresUsersIT extends SqlAuthenticatorContract {
    private static String url = "";

    @BeforeAll
    static void fill() throws Exception {
        url = PostgresServer.shared().database();
        SqlFixture.fill(url);
    }

    @Override
    String url() {
        return url;
    }

    @Test
    void authenticate_arraysAndTimes_areRead() {
        try (SqlFixture fixture = new SqlFixture()) {
            SqlAuthenticator asked =
                    fixture.authenticator(
                            url,
                            "SELECT password_hash, ARRAY['x', 'y z'] AS groups,"
                                    + " timestamptz '2030-01-01T00:00:00Z' AS expires,"
                                    + " ARRAY['1', '2'] AS levels"
                                    + " FROM people WHERE name = :name::text",
                            "");

            assertThat(
                            asked.authenticate(
                                    good().verified(),
                                    Requests.NOW,
                                    Deadline.after(Duration.ofSeconds(30))))
                    .asInstanceOf(type(Authenticated.class))
                    .satisfies(yes -> {
                        assertThat(yes.identity().groups()).containsExactlyInAnyOrder("x", "y z");
                        assertThat(yes.identity().attributes().get("levels"))
                                .containsExactly("1", "2");
                        assertThat(yes.identity().notAfter())
                                .contains(Instant.parse("2030-01-01T00:00:00Z"));
                    });
        }
    }
}
