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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuthenticatorChainTest {
    private final Answering nobody = Answering.notMine("nobody");

    @Test
    void authenticate_firstHasNoOpinion_secondDecides() {
        Answering yes = Answering.yes("b");

        assertThat(ask(Answering.notMine("a"), yes, Answering.no("c"))).isEqualTo(yes.answer());
        assertThat(nobody.asked()).isZero();
    }

    @Test
    void authenticate_firstRejects_nobodyElseIsAsked() {
        Answering laxer = Answering.yes("b");

        assertThat(ask(Answering.no("a"), laxer)).isInstanceOf(Rejected.class);
        assertThat(laxer.asked()).isZero();
        assertThat(nobody.asked()).isZero();
    }

    @Test
    void authenticate_nobodyKnows_isNotMineAndTheDecoyIsSpentOnce() {
        assertThat(ask(Answering.notMine("a"), Answering.notMine("b"))).isEqualTo(new NotMine());
        assertThat(nobody.asked()).isEqualTo(1);
    }

    @Test
    void authenticate_noAuthenticators_isNotMine() {
        assertThat(ask()).isEqualTo(new NotMine());
    }

    @Test
    void authenticate_afterAnOutageSomebodyKnows_isAuthenticated() {
        Answering yes = Answering.yes("b");

        assertThat(ask(Answering.unavailable("a"), yes)).isEqualTo(yes.answer());
    }

    @Test
    void authenticate_afterAnOutageSomebodyRejects_isUnavailable() {
        assertThat(ask(Answering.unavailable("a"), Answering.no("b")))
                .isEqualTo(new Unavailable("a", "down"));
    }

    @Test
    void authenticate_afterAnOutageNobodyKnows_isUnavailableWithoutADecoy() {
        assertThat(ask(Answering.unavailable("a"), Answering.notMine("b")))
                .isEqualTo(new Unavailable("a", "down"));
        assertThat(nobody.asked()).isZero();
    }

    @Test
    void authenticate_twoOutages_namesTheFirst() {
        assertThat(ask(Answering.unavailable("a"), Answering.unavailable("b")))
                .isEqualTo(new Unavailable("a", "down"));
    }

    @Test
    void authenticate_noTimeLeft_asksNobody() {
        Answering yes = Answering.yes("a");
        AuthenticatorChain chain = new AuthenticatorChain(List.of(Link.local(yes)), nobody);

        assertThat(
                        chain.authenticate(
                                Requests.server().token("t").verified(),
                                Requests.NOW,
                                Deadline.after(Duration.ZERO)))
                .isInstanceOf(Unavailable.class);
        assertThat(yes.asked()).isZero();
    }

    // Item 38.
    @Test
    void authenticate_hugeSecret_isRejectedBeforeAnybodyIsAsked() {
        Answering yes = Answering.yes("a");
        AuthenticatorChain chain = new AuthenticatorChain(List.of(Link.local(yes)), nobody);

        assertThat(
                        chain.authenticate(
                                Requests.server().password("a", "x".repeat(512 << 10)).verified(),
                                Requests.NOW,
                                Deadline.after(Duration.ofSeconds(30))))
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> {
                    assertThat(no.why()).isEqualTo(Rejection.BAD_CREDENTIAL);
                    assertThat(no.credential().kind()).isEqualTo(CredentialKind.PASSWORD);
                });
        assertThat(yes.asked()).isZero();
    }

    /** The rules said otherwise, over all chains of up to six. */
    @Test
    void authenticate_anyChain_neverSaysNoAfterAnOutage() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            List<Answering> answers = new ArrayList<>();
            for (int i = random.nextInt(7); i > 0; i--) {
                answers.add(
                        switch (random.nextInt(4)) {
                            case 0 -> Answering.yes("yes");
                            case 1 -> Answering.no("no");
                            case 2 -> Answering.unavailable("down");
                            default -> Answering.notMine("other");
                        });
            }
            Authentication answer = ask(answers.toArray(Answering[]::new));
            List<String> said = answers.stream().map(Answering::source).toList();
            int yes = said.indexOf("yes");
            int no = said.indexOf("no");
            int down = said.indexOf("down");
            boolean isRejected = no >= 0 && (yes < 0 || no < yes);
            Class<? extends Authentication> expected =
                    !isRejected && yes >= 0
                            ? Authenticated.class
                            : down >= 0 && (!isRejected || down < no)
                                    ? Unavailable.class
                                    : isRejected ? Rejected.class : NotMine.class;
            assertThat(answer).as("seed %d: %s", seed, said).isInstanceOf(expected);
        }
    }

    private Authentication ask(Answering... authenticators) {
        List<Link> links = Stream.<Authenticator>of(authenticators).map(Link::local).toList();
        return new AuthenticatorChain(links, nobody)
                .authenticate(
                        Requests.server().token("t").verified(),
                        Requests.NOW,
                        Deadline.after(Duration.ofSeconds(30)));
    }
}
