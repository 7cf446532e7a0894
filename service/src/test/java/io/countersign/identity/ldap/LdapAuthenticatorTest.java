// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.Linked;
import io.countersign.kit.DeafPort;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Requests;
import io.countersign.kit.TcpRelay;
import io.countersign.protocol.Deadline;
import java.net.URI;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LdapAuthenticatorTest extends AuthenticatorContract implements BackendContract {
    @TempDir static Path folder;
    private static LdapFixture fixture;

    private final DeafPort deaf = DeafPort.open();

    @BeforeAll
    static void start() {
        fixture = new LdapFixture(folder);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @AfterEach
    void close() {
        deaf.close();
    }

    @Override
    protected Authenticator authenticator() {
        return fixture.authenticator(fixture.plain());
    }

    @Override
    public Requests good() {
        return Requests.server().password("ann", LdapFixture.PASSWORD);
    }

    @Override
    protected Requests forged() {
        return Requests.server().password("ann", "a wrong one");
    }

    @Override
    protected Requests foreign() {
        return Requests.server().token("a token");
    }

    @Override
    protected List<String> secrets() {
        return List.of(LdapFixture.PASSWORD, "a wrong one");
    }

    @Override
    public Authenticator hanging() {
        return Linked.of(fixture.authenticator(URI.create("ldap://127.0.0.1:" + deaf.port())));
    }

    @Override
    public Authenticator down() {
        return fixture.authenticator(URI.create("ldap://127.0.0.1:" + FreePorts.one()));
    }

    @Test
    void authenticate_goodPassword_tellsGroupsAndAttributes() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("corp:ann");
                    assertThat(yes.identity().groups()).isEqualTo(Set.of("staff", "dev"));
                    assertThat(yes.identity().attributes())
                            .isEqualTo(Map.of("team", List.of("billing")));
                });
    }

    @Test
    void authenticate_nestedGroups_areFollowedAsDeepAsAllowedAndCirclesEnd() {
        assertThat(groups(1)).isEqualTo(Set.of("staff", "dev", "engineering"));
        assertThat(groups(9)).isEqualTo(Set.of("staff", "dev", "engineering", "all", "circle"));
    }

    private static Set<String> groups(int nested) {
        Authentication answer =
                ask(
                        fixture.authenticator(
                                "(uid={name})", nested, false, fixture.trusted, fixture.plain()),
                        "ann",
                        LdapFixture.PASSWORD);
        return answer instanceof Authenticated(var identity, _) ? identity.groups() : Set.of();
    }

    @Test
    void authenticate_nameThatNobodyHas_isNotMine() {
        assertThat(ask(Requests.server().password("nobody", "x"))).isEqualTo(new NotMine());
    }

    /** RFC 4515: none of it may become part of the filter. */
    @Test
    void authenticate_namesLikeFilters_areNobody() {
        for (String name : List.of("*", "a*", "ann)(uid=*", "*)(|(uid=*", "\\61nn", "ann\u0000")) {
            assertThat(ask(Requests.server().password(name, LdapFixture.PASSWORD)))
                    .as(name)
                    .isEqualTo(new NotMine());
        }
    }

    @Test
    void authenticate_severalEntriesOfAName_isRejected() {
        LdapAuthenticator byMail =
                fixture.authenticator("(mail={name})", 0, false, fixture.trusted, fixture.plain());

        assertThat(ask(byMail, "shared", LdapFixture.PASSWORD)).isInstanceOf(Rejected.class);
    }

    @Test
    void authenticate_overTlsOrStartTls_works() {
        assertThat(ask(fixture.authenticator(fixture.secured()), "ann", LdapFixture.PASSWORD))
                .isInstanceOf(Authenticated.class);
        URI named = URI.create("ldap://localhost:" + fixture.plain().getPort());
        assertThat(
                        ask(
                                fixture.authenticator(
                                        "(uid={name})", 0, true, fixture.trusted, named),
                                "ann",
                                LdapFixture.PASSWORD))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_serverOfAStrangersAuthorityOrAnotherName_isUnavailable()
            throws NoSuchAlgorithmException {
        LdapAuthenticator stranger =
                fixture.authenticator(
                        "(uid={name})", 0, false, SSLContext.getDefault(), fixture.secured());
        LdapAuthenticator upgraded =
                fixture.authenticator(
                        "(uid={name})", 0, true, SSLContext.getDefault(), fixture.plain());
        // An address of this machine that the certificate does not name.
        URI other = URI.create("ldaps://127.0.0.2:" + fixture.atTheOtherAddress());

        assertThat(ask(stranger, "ann", LdapFixture.PASSWORD)).isInstanceOf(Unavailable.class);
        assertThat(ask(upgraded, "ann", LdapFixture.PASSWORD)).isInstanceOf(Unavailable.class);
        assertThat(ask(fixture.authenticator(other), "ann", LdapFixture.PASSWORD))
                .isInstanceOf(Unavailable.class);
    }

    @Test
    void authenticate_firstServerDown_theSecondIsAsked() {
        URI down = URI.create("ldap://127.0.0.1:" + FreePorts.one());

        assertThat(ask(fixture.authenticator(down, fixture.plain()), "ann", LdapFixture.PASSWORD))
                .isInstanceOf(Authenticated.class);
    }

    /** One connection that searches and one that tries passwords, however many log in. */
    @Test
    void authenticate_manyLogins_shareConnections_andCutOnesAreReplaced() {
        try (TcpRelay relay = TcpRelay.to("127.0.0.1", fixture.plain().getPort())) {
            LdapAuthenticator pooled =
                    fixture.authenticator(URI.create("ldap://127.0.0.1:" + relay.port()));
            for (int i = 0; i < 20; i++) {
                assertThat(ask(pooled, "ann", LdapFixture.PASSWORD))
                        .isInstanceOf(Authenticated.class);
            }
            assertThat(relay.connections()).isEqualTo(2);

            relay.cut();
            relay.heal();
            assertThat(ask(pooled, "ann", LdapFixture.PASSWORD)).isInstanceOf(Authenticated.class);
            pooled.close();
        }
    }

    @Test
    void new_filterThatIsNone_isRefused() {
        assertThatThrownBy(() ->
                        fixture.authenticator(
                                "(uid={name}", 0, false, fixture.trusted, fixture.plain()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a filter");
    }

    private static Authentication ask(LdapAuthenticator of, String user, String password) {
        return of.authenticate(
                Requests.server().password(user, password).verified(),
                Requests.NOW,
                Deadline.after(Duration.ofSeconds(30)));
    }
}
