// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.identity.Principal;
import io.countersign.identity.Secret;
import io.countersign.kit.CheapHash;
import io.countersign.protocol.Deadline;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VerifiedPasswordsTest {
    private static final Principal ALICE = new Principal("users", "alice");
    private static final Principal BOB = new Principal("users", "bob");
    private static final Secret GOOD = Secret.of("good");
    private static final Secret BAD = Secret.of("bad");
    private static final PasswordHash HASH = CheapHash.of("good");

    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch release = new CountDownLatch(1);
    private final PasswordPool pool = new PasswordPool(1, 1);
    private final VerifiedPasswords passwords =
            new VerifiedPasswords(
                    pool,
                    new VerifiedPasswords.Limits(
                            Duration.ofMinutes(5), Duration.ofSeconds(10), 100),
                    new SecureRandom(),
                    nanos::get);

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void check_samePasswordAgain_isNotHashedAgain() {
        assertThat(check(ALICE, GOOD)).isEqualTo(PasswordCheck.RIGHT);
        assertThat(check(ALICE, GOOD)).isEqualTo(PasswordCheck.RIGHT);
        assertThat(check(ALICE, BAD)).isEqualTo(PasswordCheck.WRONG);
        assertThat(check(ALICE, BAD)).isEqualTo(PasswordCheck.WRONG);

        assertThat(pool.hashed()).isEqualTo(2);
    }

    @Test
    void check_anotherUserWithTheSamePassword_isHashed() {
        check(ALICE, GOOD);
        check(BOB, GOOD);

        assertThat(pool.hashed()).isEqualTo(2);
    }

    @Test
    void check_storedHashChanged_asksTheNewOne() {
        check(ALICE, GOOD);

        assertThat(passwords.check(ALICE, GOOD, CheapHash.of("better"), soon()))
                .isEqualTo(PasswordCheck.WRONG);
    }

    @Test
    void check_afterItsTime_isHashedAgain() {
        check(ALICE, GOOD);
        check(ALICE, BAD);
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        check(ALICE, GOOD);
        assertThat(pool.hashed()).isEqualTo(2);
        check(ALICE, BAD);
        assertThat(pool.hashed()).isEqualTo(3);
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        check(ALICE, GOOD);

        assertThat(pool.hashed()).isEqualTo(4);
    }

    @Test
    void check_usedAllTheTime_stillEndsFiveMinutesAfterTheHash() {
        for (int minute = 0; minute < 6; minute++) {
            check(ALICE, GOOD);
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        }

        assertThat(pool.hashed()).isEqualTo(2);
    }

    @Test
    void forget_onePrincipal_hashesItAgainAndNotTheOthers() {
        check(ALICE, GOOD);
        check(BOB, GOOD);
        passwords.forget(ALICE);
        check(BOB, GOOD);
        assertThat(pool.hashed()).isEqualTo(2);
        check(ALICE, GOOD);

        assertThat(pool.hashed()).isEqualTo(3);
    }

    @Test
    void forget_whileItIsHashed_remembersNothing() throws Exception {
        occupy();
        FutureTask<PasswordCheck> asked = start(() -> check(ALICE, GOOD));
        await().until(() -> pool.queued() == 1);
        passwords.forget(ALICE);
        release.countDown();
        assertThat(asked.get()).isEqualTo(PasswordCheck.RIGHT);
        long before = pool.hashed();
        check(ALICE, GOOD);

        assertThat(pool.hashed()).isEqualTo(before + 1);
    }

    @Test
    void check_stormOfOneUser_costsOneHash() throws Exception {
        occupy();
        List<FutureTask<PasswordCheck>> storm = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            FutureTask<PasswordCheck> task = new FutureTask<>(() -> check(ALICE, GOOD));
            storm.add(task);
            threads.add(Thread.ofVirtual().start(task));
        }
        await().until(() ->
                threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
        assertThat(pool.queued()).isEqualTo(1);
        release.countDown();

        for (FutureTask<PasswordCheck> task : storm) {
            assertThat(task.get()).isEqualTo(PasswordCheck.RIGHT);
        }
        assertThat(pool.hashed()).isEqualTo(2); // the one that occupied it, and one for all
    }

    /** Must hold 5 of issue 7: after a reload of a server all come back at once. */
    @Test
    void check_stormOfAThousandUsersWhoWereHere_hashesNothing() throws Exception {
        int users = 1_000;
        try (PasswordPool wide = new PasswordPool(2, users)) {
            VerifiedPasswords remembering =
                    new VerifiedPasswords(
                            wide, VerifiedPasswords.Limits.DEFAULT, new SecureRandom(), nanos::get);
            assertThat(storm(remembering, users)).containsOnly(PasswordCheck.RIGHT);
            assertThat(wide.hashed()).isEqualTo(users);
            nanos.addAndGet(Duration.ofMinutes(4).toNanos());

            assertThat(storm(remembering, users)).containsOnly(PasswordCheck.RIGHT);
            assertThat(wide.hashed()).isEqualTo(users);
        }
    }

    private static List<PasswordCheck> storm(VerifiedPasswords asked, int users) throws Exception {
        List<FutureTask<PasswordCheck>> all = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            Principal user = new Principal("users", "user-" + i);
            all.add(start(() -> asked.check(user, GOOD, HASH, soon())));
        }
        List<PasswordCheck> answers = new ArrayList<>();
        for (FutureTask<PasswordCheck> each : all) {
            answers.add(each.get());
        }
        return answers;
    }

    @Test
    void check_poolFull_isUndecidedAtOnce() throws Exception {
        occupy();
        FutureTask<PasswordCheck> waiting = start(() -> check(BOB, GOOD));
        await().until(() -> pool.queued() == 1);

        assertThat(passwords.check(ALICE, GOOD, HASH, Deadline.after(Duration.ofDays(1))))
                .isEqualTo(PasswordCheck.UNDECIDED);
        release.countDown();
        assertThat(waiting.get()).isEqualTo(PasswordCheck.RIGHT);
    }

    @Test
    void check_deadlineBeforeItsTurn_isUndecidedAndNeverHashed() throws Exception {
        occupy();
        assertThat(passwords.check(ALICE, GOOD, HASH, Deadline.after(Duration.ofMillis(20))))
                .isEqualTo(PasswordCheck.UNDECIDED);
        release.countDown();
        await().until(() -> pool.queued() == 0);
        assertThat(check(BOB, GOOD)).isEqualTo(PasswordCheck.RIGHT); // behind it in the queue

        assertThat(pool.hashed()).isEqualTo(2);
    }

    /** The first caller gives up, a second with more time waits for the same hash. */
    @Test
    void check_joinedBySomebodyMorePatient_isStillDone() throws Exception {
        occupy();
        FutureTask<PasswordCheck> hasty =
                start(() ->
                        passwords.check(ALICE, GOOD, HASH, Deadline.after(Duration.ofMillis(50))));
        FutureTask<PasswordCheck> patient = start(() -> check(ALICE, GOOD));
        assertThat(hasty.get()).isEqualTo(PasswordCheck.UNDECIDED);
        release.countDown();

        assertThat(patient.get()).isEqualTo(PasswordCheck.RIGHT);
    }

    @Test
    void check_guesserTriesMany_doesNotPushOutTheRightOnes() {
        check(ALICE, GOOD);
        for (int i = 0; i < 500; i++) {
            check(ALICE, Secret.of("guess" + i));
        }
        long before = pool.hashed();
        check(ALICE, GOOD);

        assertThat(pool.hashed()).isEqualTo(before);
    }

    private PasswordCheck check(Principal principal, Secret secret) {
        return passwords.check(principal, secret, HASH, soon());
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private void occupy() {
        pool.submit(
                () -> true,
                () -> {
                    await().until(() -> release.getCount() == 0);
                    return true;
                });
        await().until(() -> pool.queued() == 0); // it runs, nothing else waits
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }
}
