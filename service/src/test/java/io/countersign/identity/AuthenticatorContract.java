// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the chain relies on from every authenticator. A new authenticator arrives with a subclass of
 * this; see also {@link ExpiryContract} and {@link BackendContract}.
 */
@Timeout(60) // an authenticator that hangs must fail, not stall the build
public abstract class AuthenticatorContract {
    protected abstract Authenticator authenticator();

    /** A credential that lets its owner in. The same credential each time. */
    protected abstract Requests good();

    /** The right kind of credential for somebody who is known, with a wrong proof. */
    protected abstract Requests forged();

    /** A credential that is none of this authenticator's business. */
    protected abstract Requests foreign();

    /** Texts of {@link #good} and {@link #forged} that must not be seen in any answer. */
    protected abstract List<String> secrets();

    /** Source of the principals that it proves; its own name unless it speaks for others. */
    protected String provenSource() {
        return authenticator().source();
    }

    protected Instant now() {
        return Requests.NOW;
    }

    protected final Authentication ask(Requests request) {
        return ask(request.verified(), Deadline.after(Duration.ofSeconds(30)));
    }

    protected final Authentication ask(VerifiedRequest request, Deadline deadline) {
        return authenticator().authenticate(request, now(), deadline);
    }

    @Test
    void authenticate_goodCredential_namesThePrincipal() {
        Identity identity =
                assertThat(ask(good())).asInstanceOf(type(Authenticated.class)).actual().identity();

        assertThat(identity.principal().source()).isEqualTo(provenSource());
        assertThat(identity.principal().name()).isNotEmpty();
        assertThat(identity.credential().kind()).isNotEqualTo(CredentialKind.NONE);
        assertThat(identity.credential().fingerprint()).isNotEmpty();
    }

    /** Entries are searched by it. */
    @Test
    void authenticate_sameCredentialTwice_hasOneFingerprint() {
        assertThat(ask(good())).isEqualTo(ask(good()));
    }

    @Test
    void authenticate_foreignCredential_hasNoOpinion() {
        assertThat(ask(foreign())).isEqualTo(new NotMine());
    }

    @Test
    void authenticate_nothingPresented_hasNoOpinion() {
        assertThat(ask(Requests.server())).isEqualTo(new NotMine());
    }

    /**
     * Rejected, not "no opinion": else a forged one gets a second chance at a laxer authenticator.
     */
    @Test
    void authenticate_forgedCredential_isRejected() {
        assertThat(ask(forged()))
                .asInstanceOf(type(Rejected.class))
                .extracting(Rejected::why)
                .isEqualTo(Rejection.BAD_CREDENTIAL);
    }

    /** A "no" for want of time would be our fault put on the client. */
    @Test
    void authenticate_deadlinePast_neverRejectsTheGood() {
        Authentication answer = ask(good().verified(), Deadline.after(Duration.ZERO));

        assertThat(answer).isInstanceOfAny(Authenticated.class, Unavailable.class);
    }

    @Test
    void authenticate_anyAnswer_showsNoSecret() {
        String answers = ask(good()) + " " + ask(forged());

        assertThat(secrets()).isNotEmpty().noneMatch(answers::contains);
    }

    @Test
    void authenticate_manyAtOnce_allGetTheirOwnAnswer() throws Exception {
        Authentication yes = ask(good());
        Authentication no = ask(forged());
        List<Future<Authentication>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                Requests request = i % 2 == 0 ? good() : forged();
                answers.add(threads.submit(() -> ask(request)));
            }
        }
        for (int i = 0; i < 16; i++) {
            assertThat(answers.get(i).get()).isEqualTo(i % 2 == 0 ? yes : no);
        }
    }
}
