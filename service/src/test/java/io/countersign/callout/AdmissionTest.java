// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long PATIENCE = 60;

    private final CountDownLatch free = new CountDownLatch(1);
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    /** Takes the place of the only worker, until {@link #free}. */
    private void occupy(Admission admission) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        assertThat(
                        admission.admit(
                                () -> {
                                    inside.countDown();
                                    try {
                                        free.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    done.add("first");
                                },
                                () -> done.add("first, too late")))
                .isEqualTo(Admission.Entry.ADMITTED);
        assertThat(inside.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    private Admission.Entry admit(Admission admission, String name) {
        return admission.admit(() -> done.add(name), () -> done.add(name + ", too late"));
    }

    private String next() throws InterruptedException {
        return String.valueOf(done.poll(PATIENCE, TimeUnit.SECONDS));
    }

    @Test
    void admit_whoWaitedTooLong_isNotWorkedOn() throws InterruptedException {
        Admission admission = new Admission(10, 1, Duration.ofNanos(1));
        // With this patience the first is too late as well; it makes no difference to the others.
        admit(admission, "a");
        assertThat(next()).isEqualTo("a, too late");
        assertThat(admission.awaitEmpty(Duration.ofSeconds(PATIENCE))).isTrue();
    }

    @Test
    void admit_moreThanAtOnce_waitInOrderAndAreWorkedOn() throws InterruptedException {
        Admission admission = new Admission(10, 1, Duration.ofMinutes(10));
        occupy(admission);
        assertThat(admit(admission, "second")).isEqualTo(Admission.Entry.ADMITTED);
        assertThat(done).isEmpty();

        free.countDown();
        assertThat(next()).isEqualTo("first");
        assertThat(next()).isEqualTo("second");
    }

    @Test
    void admit_fullHouseOrClosed_turnsTheNewcomerAway() throws InterruptedException {
        Admission admission = new Admission(2, 1, Duration.ofMinutes(10));
        occupy(admission);
        assertThat(admit(admission, "second")).isEqualTo(Admission.Entry.ADMITTED);
        assertThat(admit(admission, "third")).isEqualTo(Admission.Entry.FULL);
        assertThat(admission.inFlight()).isEqualTo(2);
        assertThat(admission.awaitEmpty(Duration.ZERO)).isFalse();

        admission.close();
        assertThat(admit(admission, "fourth")).isEqualTo(Admission.Entry.CLOSED);
        free.countDown();
        assertThat(admission.awaitEmpty(Duration.ofSeconds(PATIENCE))).isTrue();
        assertThat(done).containsExactly("first", "second");
    }
}
