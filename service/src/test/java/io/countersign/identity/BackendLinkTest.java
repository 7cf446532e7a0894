// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackendLinkTest {
    private static final LinkLimits.Keeping KEEPING =
            new LinkLimits.Keeping(
                    100, Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ZERO);
    private static final LinkLimits.Breaking NEVER =
            new LinkLimits.Breaking(Integer.MAX_VALUE, Duration.ofSeconds(5));

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final VerifiedRequest request = Requests.server().token("t").verified();

    /** Reads the token of a client, and answers as the test wants. */
    private final class Desk implements Backend {
        private final Function<Deadline, Authentication> answer;

        Desk(Function<Deadline, Authentication> answer) {
            this.answer = answer;
        }

        @Override
        public String source() {
            return "desk";
        }

        @Override
        public Optional<Question> question(VerifiedRequest client) {
            return Credentials.of(client).presented().stream()
                    .filter(Credential.Token.class::isInstance)
                    .findFirst()
                    .map(Question::new);
        }

        @Override
        public Authentication ask(Question question, Instant now, Deadline deadline) {
            inside.incrementAndGet();
            return answer.apply(deadline);
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void letGo() {
        release.countDown();
    }

    @Test
    void ask_backendAnswers_givesItsAnswer() {
        assertThat(ask(link(BackendLinkTest::yes, LinkLimits.DEFAULT)))
                .isEqualTo(known(Optional.empty()));
    }

    @Test
    void ask_nothingOfItsKind_isNotMineWithoutAsking() {
        BackendLink link = link(this::deaf, LinkLimits.DEFAULT);
        VerifiedRequest password = Requests.server().password("ann", "x").verified();

        assertThat(link.ask(password, Requests.NOW, Deadline.after(Duration.ofSeconds(30))))
                .isEqualTo(new NotMine());
        assertThat(inside).hasValue(0);
    }

    // Item 91: slow.
    @Test
    void ask_backendHangsDeafToInterrupts_isUnavailableAtItsLimit() {
        BackendLink link = link(this::deaf, limits(2, Duration.ofMillis(20), NEVER));

        assertThat(ask(link)).isEqualTo(new Unavailable("desk", "no answer in time"));
    }

    @Test
    void ask_backendHangs_holdsNoMoreThreadsThanItMay() {
        BackendLink link = link(this::deaf, limits(2, Duration.ofMillis(20), NEVER));
        for (int i = 0; i < 5; i++) {
            assertThat(ask(link, "token " + i)).isInstanceOf(Unavailable.class);
        }

        assertThat(inside).hasValue(2);
        assertThat(link.status().underWay()).isEqualTo(2);
    }

    @Test
    void ask_backendRecovers_isAskedAgain() {
        BackendLink link = link(this::deaf, limits(1, Duration.ofMillis(20), NEVER));
        assertThat(ask(link)).isInstanceOf(Unavailable.class);
        release.countDown();

        await().until(() -> !(ask(link) instanceof Unavailable));
    }

    @Test
    void ask_backendTakesTooLong_isInterrupted() {
        CountDownLatch interrupted = new CountDownLatch(1);
        BackendLink link =
                link(
                        _ -> {
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return new NotMine();
                        },
                        limits(1, Duration.ofMillis(20), NEVER));
        await().until(() -> {
            ask(link);
            return inside.get() > 0; // it counts only if it had begun in its 20 ms
        });

        await().until(() -> interrupted.getCount() == 0);
    }

    /** Whoever asks with little time left gets an answer in time, and the next one profits. */
    @Test
    void ask_callerHasLessTimeThanTheBackendNeeds_answerIsKeptForTheNext() {
        BackendLink link =
                link(
                        _ -> {
                            sleepUntilReleased();
                            return known(Optional.empty());
                        },
                        LinkLimits.DEFAULT);
        Deadline soon = Deadline.after(Duration.ofMillis(20));
        assertThat(link.ask(request, Requests.NOW, soon))
                .isEqualTo(new Unavailable("desk", "no answer in time"));
        release.countDown();

        assertThat(ask(link)).isInstanceOf(Authenticated.class);
        assertThat(inside).hasValue(1);
    }

    @Test
    void ask_equalQuestionsAtOnce_areAskedOnce() throws Exception {
        BackendLink link =
                link(
                        _ -> {
                            sleepUntilReleased();
                            return known(Optional.empty());
                        },
                        limits(32, Duration.ofSeconds(30), NEVER));
        List<Future<Authentication>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                answers.add(threads.submit(() -> ask(link)));
            }
            await().until(() -> inside.get() == 1);
            release.countDown();
        }

        for (Future<Authentication> answer : answers) {
            assertThat(answer.get()).isInstanceOf(Authenticated.class);
        }
        assertThat(inside).hasValue(1);
    }

    @Test
    void ask_againWithinTheTimeOfAYes_isAnsweredFromMemoryUntilItIsOver() {
        BackendLink link = link(BackendLinkTest::yes, LinkLimits.DEFAULT);
        ask(link);
        pass(Duration.ofSeconds(59));
        ask(link);
        assertThat(inside).hasValue(1);
        pass(Duration.ofSeconds(2));
        ask(link);

        assertThat(inside).hasValue(2);
        assertThat(link.status().remembered()).isEqualTo(1);
    }

    @Test
    void ask_credentialHasEnded_isAskedWhateverIsRemembered() {
        Instant end = Requests.NOW.plusSeconds(10);
        BackendLink link = link(_ -> known(Optional.of(end)), LinkLimits.DEFAULT);
        ask(link);
        link.ask(request, end.minusMillis(1), Deadline.after(Duration.ofSeconds(30)));
        assertThat(inside).hasValue(1);

        link.ask(request, end, Deadline.after(Duration.ofSeconds(30)));
        assertThat(inside).hasValue(2);
    }

    @Test
    void ask_againAfterANo_isAnsweredFromMemoryForALittleWhile() {
        BackendLink link =
                link(
                        _ -> new Rejected(Rejection.BAD_CREDENTIAL, CredentialRef.NONE, "no"),
                        LinkLimits.DEFAULT);
        ask(link);
        ask(link);
        assertThat(inside).hasValue(1);
        pass(Duration.ofSeconds(6));
        ask(link);

        assertThat(inside).hasValue(2);
    }

    /** A revocation: whoever comes back after it was lifted must be known to the backend still. */
    @Test
    void forget_ofAPrincipal_isAskedAgain() {
        BackendLink link = link(BackendLinkTest::yes, LinkLimits.DEFAULT);
        ask(link);
        link.forget(it -> it.principal().name().equals("somebody else"));
        ask(link);
        assertThat(inside).hasValue(1);

        link.forget(it -> it.principal().name().equals("ann"));
        ask(link);
        assertThat(inside).hasValue(2);
    }

    @Test
    void forget_whileTheQuestionIsUnderWay_keepsNothing() throws Exception {
        BackendLink link =
                link(
                        _ -> {
                            sleepUntilReleased();
                            return known(Optional.empty());
                        },
                        limits(2, Duration.ofSeconds(30), NEVER));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Authentication> first = threads.submit(() -> ask(link));
            await().until(() -> inside.get() == 1);
            link.forget(it -> true);
            release.countDown();
            assertThat(first.get()).isInstanceOf(Authenticated.class);
        }
        ask(link);

        assertThat(inside).hasValue(2);
    }

    @Test
    void ask_failuresInARow_leaveItAloneUntilThePauseIsOver() {
        BackendLink link =
                link(
                        _ -> release.getCount() > 0 ? down() : known(Optional.empty()),
                        limits(
                                8,
                                Duration.ofSeconds(30),
                                new LinkLimits.Breaking(3, Duration.ofSeconds(5))));
        for (int i = 0; i < 10; i++) {
            assertThat(ask(link)).isInstanceOf(Unavailable.class);
        }
        assertThat(inside).hasValue(3);
        assertThat(link.status().isLeftAlone()).isTrue();

        pass(Duration.ofSeconds(6));
        for (int i = 0; i < 10; i++) {
            assertThat(ask(link)).isInstanceOf(Unavailable.class);
        }
        assertThat(inside).hasValue(4); // one try

        release.countDown();
        pass(Duration.ofSeconds(6));
        assertThat(ask(link)).isInstanceOf(Authenticated.class);
        assertThat(link.status().isLeftAlone()).isFalse();
    }

    @Test
    void ask_backendAwayAndStaleAllowed_givesTheOlderYesButNeverBeyondItsEnd() {
        Instant end = Requests.NOW.plusSeconds(1000);
        BackendLink link =
                link(
                        _ -> inside.get() == 1 ? known(Optional.of(end)) : down(),
                        new LinkLimits(
                                8,
                                Duration.ofSeconds(30),
                                NEVER,
                                new LinkLimits.Keeping(
                                        100,
                                        Duration.ofMinutes(1),
                                        Duration.ofSeconds(5),
                                        Duration.ofMinutes(10))));
        assertThat(((Authenticated) ask(link)).isStale()).isFalse();
        assertThat(((Authenticated) ask(link)).isStale()).as("remembered").isFalse();
        pass(Duration.ofMinutes(5));
        assertThat(((Authenticated) ask(link)).isStale()).isTrue();
        assertThat(link.status().stale()).isEqualTo(1);

        assertThat(link.ask(request, end, Deadline.after(Duration.ofSeconds(30))))
                .isInstanceOf(Unavailable.class);
        pass(Duration.ofMinutes(7));
        assertThat(ask(link)).isInstanceOf(Unavailable.class);
    }

    @Test
    void ask_backendAwayAndStaleNotAllowed_isUnavailable() {
        BackendLink link =
                link(
                        _ -> inside.get() == 1 ? known(Optional.empty()) : down(),
                        limits(8, Duration.ofSeconds(30), NEVER));
        ask(link);
        pass(Duration.ofMinutes(5));

        assertThat(ask(link)).isInstanceOf(Unavailable.class);
    }

    /** A bug is a bug: it must reach the one handler, not look like an outage or a "no". */
    @Test
    void ask_backendThrows_failsWithItsName() {
        BackendLink link =
                link(
                        _ -> {
                            throw new IllegalStateException("bug");
                        },
                        LinkLimits.DEFAULT);

        assertThatThrownBy(() -> ask(link))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("desk")
                .hasRootCauseMessage("bug");
    }

    private BackendLink link(Function<Deadline, Authentication> answer, LinkLimits limits) {
        return new BackendLink(new Desk(answer), limits, new SecureRandom(), nanos::get);
    }

    private static LinkLimits limits(int atOnce, Duration time, LinkLimits.Breaking breaking) {
        return new LinkLimits(atOnce, time, breaking, KEEPING);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Authentication ask(BackendLink link) {
        return link.ask(request, Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }

    private static Authentication ask(BackendLink link, String token) {
        return link.ask(
                Requests.server().token(token).verified(),
                Requests.NOW,
                Deadline.after(Duration.ofSeconds(30)));
    }

    private static Authentication yes(Deadline anyTime) {
        assertThat(anyTime).isNotNull();
        return known(Optional.empty());
    }

    private static Authentication known(Optional<Instant> end) {
        return new Authenticated(
                new Identity(
                        new Principal("desk", "ann"),
                        new CredentialRef(CredentialKind.TOKEN, "fingerprint"),
                        Set.of(),
                        Map.of(),
                        end));
    }

    private static Authentication down() {
        return new Unavailable("desk", "down");
    }

    private void sleepUntilReleased() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As some drivers are. */
    private Authentication deaf(Deadline deadline) {
        boolean isReleased = false;
        while (!isReleased) {
            try {
                release.await();
                isReleased = true;
            } catch (InterruptedException e) {
                // goes on
            }
        }
        return new NotMine();
    }
}
