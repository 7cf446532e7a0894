// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.Link;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnknownUserTest {
    private final UsersFixture users = new UsersFixture();
    private final AuthenticatorChain chain =
            new AuthenticatorChain(
                    List.of(Link.local(users.authenticator), Link.local(users.authenticator)),
                    new UnknownUser(users.passwords, users.directory.decoy(users.random)));

    @AfterEach
    void close() {
        users.close();
    }

    @Test
    void authenticate_userThatNobodyKnows_costsOneHashLikeAWrongPassword() {
        assertThat(ask(Requests.server().password("nobody", "guess"))).isEqualTo(new NotMine());
        assertThat(users.pool.hashed()).isEqualTo(1);

        assertThat(ask(Requests.server().password("alice", "guess"))).isInstanceOf(Rejected.class);
        assertThat(users.pool.hashed()).isEqualTo(2);
    }

    /** A known user's wrong password is remembered for seconds, so an unknown one's is too. */
    @Test
    void authenticate_unknownUserRepeated_costsNothingMore() {
        ask(Requests.server().password("nobody", "guess"));
        ask(Requests.server().password("nobody", "guess"));

        assertThat(users.pool.hashed()).isEqualTo(1);
    }

    @Test
    void authenticate_noPassword_costsNoHash() {
        assertThat(ask(Requests.server().token("t"))).isEqualTo(new NotMine());
        assertThat(ask(Requests.server().nameOnly("nobody"))).isEqualTo(new NotMine());
        assertThat(ask(Requests.server())).isEqualTo(new NotMine());
        assertThat(users.pool.hashed()).isZero();
    }

    /** Under load a known user hears nothing, so an unknown one must not hear "no". */
    @Test
    void authenticate_poolFull_isUnavailableForKnownAndUnknownAlike() {
        users.pool.close();

        assertThat(ask(Requests.server().password("nobody", "guess")))
                .isEqualTo(new Unavailable("password-hashing", "not hashed in time"))
                .isEqualTo(ask(Requests.server().password("alice", "guess")));
    }

    private Authentication ask(Requests request) {
        return chain.authenticate(
                request.verified(), Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }
}
