// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.ExpiryContract;
import io.countersign.identity.Linked;
import io.countersign.identity.Rejection;
import io.countersign.kit.DeafPort;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds for a table of users, whatever database it is in. */
abstract class SqlAuthenticatorContract extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private final SqlFixture fixture = new SqlFixture();
    private final DeafPort deaf = DeafPort.open();
    private final SqlAuthenticator authenticator = fixture.authenticator(url());

    /** A database with the table of {@link SqlFixture#fill}. */
    abstract String url();

    @AfterEach
    void close() {
        fixture.close();
        deaf.close();
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Requests good() {
        return Requests.server().password("ann", SqlFixture.PASSWORD);
    }

    @Override
    protected Requests forged() {
        return Requests.server().password("ann", "a wrong one");
    }

    @Override
    protected Requests foreign() {
        return Requests.server().password("nobody", SqlFixture.PASSWORD);
    }

    @Override
    protected List<String> secrets() {
        return List.of(SqlFixture.PASSWORD, "a wrong one", "$argon2id$");
    }

    @Override
    public Requests ending() {
        return Requests.server().password("old", SqlFixture.PASSWORD);
    }

    @Override
    public Instant end() {
        return Instant.ofEpochSecond(1_767_229_200L);
    }

    @Override
    public Authenticator hanging() {
        return Linked.of(fixture.hurried("jdbc:postgresql://127.0.0.1:" + deaf.port() + "/x"));
    }

    @Override
    public Authenticator down() {
        return Linked.of(fixture.hurried("jdbc:postgresql://127.0.0.1:" + FreePorts.one() + "/x"));
    }

    @Test
    void authenticate_goodPassword_tellsWhatTheRowSays() {
        assertThat(ask(Requests.server().password("ANN", SqlFixture.PASSWORD)))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("people:ann");
                    assertThat(yes.identity().groups()).containsExactlyInAnyOrder("ops", "dev");
                    assertThat(yes.identity().attributes())
                            .isEqualTo(Map.of("team", List.of("billing")));
                });
    }

    @Test
    void authenticate_token_isFoundByItsHash() {
        assertThat(ask(Requests.server().token(SqlFixture.TOKEN)))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> assertThat(yes.identity().principal().name()).isEqualTo("ann"));
        assertThat(ask(Requests.server().token("another"))).isEqualTo(new NotMine());
    }

    @Test
    void authenticate_disabledOrWithoutPassword_isRejectedAfterTheProof() {
        assertRejected(
                ask(Requests.server().password("off", SqlFixture.PASSWORD)), "user is disabled");
        assertRejected(ask(Requests.server().password("off", "x")), "wrong password");
        assertRejected(ask(Requests.server().password("bare", "x")), "wrong password");
    }

    /** The table is broken, not the client: that is no reason for a no. */
    @Test
    void authenticate_hashThatIsNone_isUnavailableAndShowsNothing() {
        assertThat(ask(Requests.server().password("odd", "plain")))
                .isInstanceOf(Unavailable.class)
                .asString()
                .contains("neither Argon2id nor bcrypt")
                .doesNotContain("plain\"");
    }

    /** Bound, never put into the text. */
    @Test
    void authenticate_namesLikeSql_areNobody() {
        for (String name :
                List.of(
                        "ann'--",
                        "' OR '1'='1",
                        "x'; DROP TABLE people; --",
                        ":name",
                        "ann\u0000",
                        "<ann>")) {
            assertThat(ask(Requests.server().password(name, SqlFixture.PASSWORD)))
                    .as(name)
                    .isInstanceOfAny(NotMine.class, Unavailable.class);
        }
        assertThat(ask(good())).isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_brokenQuery_isUnavailable() {
        SqlAuthenticator broken =
                fixture.authenticator(url(), "SELECT nonsense FROM nowhere WHERE x = :name", "");

        assertThat(ask(broken, good())).isInstanceOf(Unavailable.class);
    }

    /** As a join with groups gives them. */
    @Test
    void authenticate_severalRowsOfOneUser_arePutTogether() {
        SqlAuthenticator joined =
                fixture.authenticator(
                        url(),
                        "SELECT p.name, p.password_hash, g.g AS groups FROM people p,"
                                + " (SELECT 'a' AS g UNION SELECT 'b') g WHERE p.name = :name",
                        "");
        SqlAuthenticator several =
                fixture.authenticator(
                        url(),
                        "SELECT name, password_hash FROM people WHERE :name <> 'x' AND 1 < 2",
                        "");

        assertThat(ask(joined, good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes ->
                        assertThat(yes.identity().groups()).containsExactlyInAnyOrder("a", "b"));
        assertThat(ask(several, good()))
                .isInstanceOf(Unavailable.class)
                .asString()
                .contains("several users");
    }

    private Authentication ask(SqlAuthenticator of, Requests request) {
        return of.authenticate(
                request.verified(), Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }

    private static void assertRejected(Authentication answer, String detail) {
        assertThat(answer)
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> {
                    assertThat(no.why()).isEqualTo(Rejection.BAD_CREDENTIAL);
                    assertThat(no.detail()).isEqualTo(detail);
                });
    }
}
