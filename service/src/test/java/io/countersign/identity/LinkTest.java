// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.identity.Authentication.Unavailable;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private final VerifiedRequest request = Requests.server().token("t").verified();

    @AfterEach
    void letGo() {
        release.countDown();
    }

    @Test
    void ask_remoteAnswers_givesItsAnswer() {
        Answering yes = Answering.yes("ldap");

        assertThat(ask(Link.remote(yes, 1, Duration.ofSeconds(30)))).isEqualTo(yes.answer());
    }

    // Item 91: slow.
    @Test
    void ask_remoteHangsDeafToInterrupts_isUnavailableAtItsLimit() {
        Link link = Link.remote(deaf(), 2, Duration.ofMillis(20));

        assertThat(ask(link)).isEqualTo(new Unavailable("deaf", "no answer in time"));
    }

    @Test
    void ask_remoteHangs_holdsNoMoreThreadsThanItMay() {
        Link link = Link.remote(deaf(), 2, Duration.ofMillis(20));
        for (int i = 0; i < 5; i++) {
            assertThat(ask(link)).isInstanceOf(Unavailable.class);
        }

        assertThat(inside).hasValue(2);
    }

    @Test
    void ask_remoteRecovers_isAskedAgain() {
        Link link = Link.remote(deaf(), 1, Duration.ofMillis(20));
        assertThat(ask(link)).isInstanceOf(Unavailable.class);
        release.countDown();

        await().until(() -> !(ask(link) instanceof Unavailable));
    }

    @Test
    void ask_remoteTakesTooLong_isInterrupted() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Authenticator patient =
                authenticator(() -> {
                    begun.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                });
        // Interrupted while it runs: it counts only if it had begun in its 20 ms.
        await().until(() -> {
            ask(Link.remote(patient, 1, Duration.ofMillis(20)));
            return begun.getCount() == 0;
        });

        await().until(() -> interrupted.getCount() == 0);
    }

    @Test
    void ask_remoteWithLessTimeThanItsLimit_getsTheEarlierDeadline() {
        List<Deadline> given = new ArrayList<>();
        Authenticator noting =
                new Authenticator() {
                    @Override
                    public String source() {
                        return "noting";
                    }

                    @Override
                    public Authentication authenticate(
                            VerifiedRequest request, Instant now, Deadline deadline) {
                        given.add(deadline);
                        return new Authentication.NotMine();
                    }
                };
        Deadline hour = Deadline.after(Duration.ofHours(1));

        Link.remote(noting, 1, Duration.ofHours(2)).ask(request, Requests.NOW, hour);
        assertThat(given).containsExactly(hour);
        Link.remote(noting, 1, Duration.ofMinutes(1)).ask(request, Requests.NOW, hour);
        assertThat(given.getLast().remaining()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    /** A bug is a bug: it must reach the one handler, not look like an outage or a "no". */
    @Test
    void ask_remoteThrows_failsWithItsName() {
        Link link =
                Link.remote(
                        authenticator(() -> {
                            throw new IllegalStateException("bug");
                        }),
                        1,
                        Duration.ofSeconds(30));

        assertThatThrownBy(() -> ask(link))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("deaf")
                .hasRootCauseMessage("bug");
    }

    private Authentication ask(Link link) {
        return link.ask(request, Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }

    private Authenticator deaf() {
        return authenticator(() -> {
            inside.incrementAndGet();
            boolean isReleased = false;
            while (!isReleased) {
                try {
                    release.await();
                    isReleased = true;
                } catch (InterruptedException e) {
                    // as some drivers do
                }
            }
        });
    }

    private static Authenticator authenticator(Runnable work) {
        return new Authenticator() {
            @Override
            public String source() {
                return "deaf";
            }

            @Override
            public Authentication authenticate(
                    VerifiedRequest request, Instant now, Deadline deadline) {
                work.run();
                return new Authentication.NotMine();
            }
        };
    }
}
