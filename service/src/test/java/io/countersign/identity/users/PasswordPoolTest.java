// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PasswordPoolTest {
    private final PasswordPool pool = new PasswordPool(1, 2);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void submit_work_runsOnAPlatformThreadOfThePool() {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        PasswordPool.Ticket ticket =
                pool.submit(() -> true, () -> threads.add(Thread.currentThread()));

        assertThat(ticket.result().join()).isEqualTo(PasswordCheck.RIGHT);
        assertThat(threads)
                .singleElement()
                .matches(thread -> !thread.isVirtual())
                .matches(thread -> thread.getName().startsWith("password-"));
    }

    @Test
    void submit_wrongPassword_isWrong() {
        assertThat(pool.submit(() -> true, () -> false).result().join())
                .isEqualTo(PasswordCheck.WRONG);
    }

    @Test
    void submit_queueFull_isNotTaken() {
        occupy();
        pool.submit(() -> true, () -> true);
        pool.submit(() -> true, () -> true);

        PasswordPool.Ticket tooMany = pool.submit(() -> true, () -> true);

        assertThat(tooMany.taken()).isFalse();
        assertThat(tooMany.result()).isCompletedWithValue(PasswordCheck.UNDECIDED);
        assertThat(pool.queued()).isEqualTo(2);
    }

    @Test
    void submit_queueFullOfThoseWhoLeft_makesRoom() {
        AtomicBoolean wanted = new AtomicBoolean(true);
        occupy();
        PasswordPool.Ticket left = pool.submit(wanted::get, () -> true);
        PasswordPool.Ticket stays = pool.submit(() -> true, () -> true);
        wanted.set(false);

        PasswordPool.Ticket later = pool.submit(() -> true, () -> true);
        release.countDown();

        assertThat(left.result().join()).isEqualTo(PasswordCheck.UNDECIDED);
        assertThat(stays.result().join()).isEqualTo(PasswordCheck.RIGHT);
        assertThat(later.result().join()).isEqualTo(PasswordCheck.RIGHT);
    }

    @Test
    void submit_noLongerWantedWhenItsTurnComes_isNotStarted() {
        AtomicBoolean wanted = new AtomicBoolean(true);
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        occupy();
        PasswordPool.Ticket left = pool.submit(wanted::get, () -> done.add("unwanted"));
        wanted.set(false);
        release.countDown();

        assertThat(left.result().join()).isEqualTo(PasswordCheck.UNDECIDED);
        assertThat(done).isEmpty();
    }

    @Test
    void submit_workFails_failsItsResultAndNotThePool() {
        PasswordPool.Ticket broken =
                pool.submit(
                        () -> true,
                        () -> {
                            throw new IllegalStateException("bug");
                        });

        assertThatThrownBy(() -> broken.result().join())
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("bug");
        assertThat(pool.submit(() -> true, () -> true).result().join())
                .isEqualTo(PasswordCheck.RIGHT);
    }

    @Test
    void close_someWait_theyGetNoAnswerButAnEnd() {
        occupy();
        PasswordPool.Ticket waiting = pool.submit(() -> true, () -> true);
        pool.close();

        assertThat(waiting.result()).isCompletedWithValue(PasswordCheck.UNDECIDED);
        assertThat(pool.submit(() -> true, () -> true).taken()).isFalse();
    }

    @Test
    void hashed_someDoneAndSomeNot_countsTheDone() {
        pool.submit(() -> true, () -> true).result().join();
        pool.submit(() -> false, () -> true).result().join();
        pool.submit(() -> true, () -> false).result().join();

        assertThat(pool.hashed()).isEqualTo(2);
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
}
