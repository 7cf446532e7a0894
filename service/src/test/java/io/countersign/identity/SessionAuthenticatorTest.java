// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Item 36: the re-asked shape of reference 7.6. */
class SessionAuthenticatorTest extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private static final Instant END = Requests.NOW.plusSeconds(600);
    private static final Identity ALICE =
            new Identity(
                    new Principal("oidc", "alice"),
                    new CredentialRef(CredentialKind.TOKEN, "fingerprint"),
                    Set.of("traders"),
                    Map.of("team", List.of("fx")),
                    Optional.of(END.plusSeconds(60)));

    private final Requests server = Requests.server().address("192.0.2.7").cid(42);
    private final Sessions sessions = new Sessions();
    private final SessionAuthenticator authenticator =
            new SessionAuthenticator("session", sessions);

    SessionAuthenticatorTest() {
        sessions.granted.put(
                new Connection(server.serverId(), 42),
                new SessionLookup.Granted(ALICE, "192.0.2.7", END));
    }

    private record Connection(NKey server, long cid) {}

    private static final class Sessions implements SessionLookup {
        private final Map<Connection, Granted> granted = new HashMap<>();

        @Override
        public Answer find(NKey server, long cid, Deadline deadline) {
            Granted found = granted.get(new Connection(server, cid));
            return found == null ? new Unknown() : found;
        }
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Requests good() {
        return server.nameOnly("alice");
    }

    @Override
    protected Requests forged() {
        return Requests.server().address("192.0.2.7").cid(42).nameOnly("alice");
    }

    @Override
    protected Requests foreign() {
        return Requests.server().address("192.0.2.7").cid(42).token("t0ken");
    }

    @Override
    protected List<String> secrets() {
        return List.of("t0ken");
    }

    @Override
    protected String provenSource() {
        return "oidc";
    }

    @Override
    public Requests ending() {
        return good();
    }

    @Override
    public Instant end() {
        return END;
    }

    @Override
    public Authenticator hanging() {
        return new SessionAuthenticator(
                "session", (server, cid, deadline) -> new SessionLookup.Unreachable("b hangs"));
    }

    @Override
    public Authenticator down() {
        return hanging();
    }

    @Test
    void authenticate_nameOfASessionWeGranted_isWhoItWasUntilTheSameEnd() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    Identity identity = yes.identity();
                    assertThat(identity.principal()).isEqualTo(ALICE.principal());
                    assertThat(identity.groups()).containsExactly("traders");
                    assertThat(identity.attributes()).containsKey("team");
                    assertThat(identity.notAfter()).contains(END);
                    assertThat(identity.credential())
                            .isEqualTo(new CredentialRef(CredentialKind.SESSION, "fingerprint"));
                });
    }

    /** The credential may end before the session does. */
    @Test
    void authenticate_firstCredentialEndsEarlier_keepsThatEnd() {
        sessions.granted.put(
                new Connection(server.serverId(), 42),
                new SessionLookup.Granted(ALICE, "192.0.2.7", END.plusSeconds(3600)));

        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(
                        yes -> assertThat(yes.identity().notAfter()).isEqualTo(ALICE.notAfter()));
    }

    @Test
    void authenticate_sameSessionAddressWrittenAsIpv6_isTheSame() {
        assertThat(ask(good().address("::ffff:192.0.2.7"))).isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_otherName_isRejected() {
        assertRejected(ask(server.nameOnly("bob")));
    }

    @Test
    void authenticate_otherConnectionOfTheServer_isRejected() {
        assertRejected(ask(good().cid(43)));
    }

    @Test
    void authenticate_otherAddress_isRejected() {
        assertRejected(ask(good().address("192.0.2.8")));
    }

    @Test
    void authenticate_noAddress_isRejected() {
        sessions.granted.put(
                new Connection(server.serverId(), 42), new SessionLookup.Granted(ALICE, "", END));

        assertRejected(ask(good().address("")));
    }

    /** The password was not what let it in: it is still there, the token is gone. */
    @Test
    void authenticate_passwordKeptFromTheFirstTime_isTheSession() {
        assertThat(ask(server.password("alice", "left-over"))).isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_passwordOfAStranger_hasNoOpinion() {
        assertThat(ask(server.password("mallory", "guess"))).isEqualTo(new NotMine());
        assertThat(ask(good().cid(43).password("alice", "guess"))).isEqualTo(new NotMine());
        assertThat(ask(Requests.server().password("", "guess"))).isEqualTo(new NotMine());
    }

    /** Servers clear them, so their presence means a client's CONNECT and not a re-ask. */
    @Test
    void authenticate_tokenOrNkeyPresent_hasNoOpinion() {
        Seed user = Seed.generate(NKeyType.USER, new SecureRandom());

        assertThat(ask(good().nkey(user))).isEqualTo(new NotMine());
        assertThat(ask(good().nkey("", "", "").token("t0ken"))).isEqualTo(new NotMine());
    }

    @Test
    void authenticate_instanceUnreachable_isUnavailableAndNotNo() {
        assertThat(
                        hanging()
                                .authenticate(
                                        good().verified(),
                                        Requests.NOW,
                                        Deadline.after(Duration.ofSeconds(30))))
                .isEqualTo(new Unavailable("session", "b hangs"));
    }

    private static void assertRejected(Authentication answer) {
        assertThat(answer)
                .asInstanceOf(type(Rejected.class))
                .extracting(Rejected::why)
                .isEqualTo(Rejection.BAD_CREDENTIAL);
    }
}
