// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.Unavailable;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One authenticator in a chain, and what keeps its troubles from the others. Thread-safe. */
public sealed interface Link {
    Authentication ask(VerifiedRequest request, Instant now, Deadline deadline);

    /** For an authenticator that works in memory and keeps deadlines by itself. */
    static Link local(Authenticator authenticator) {
        return new Local(authenticator);
    }

    /**
     * For one that asks a backend: at most so many questions at once, none longer than the limit. A
     * question that is stuck beyond it is interrupted and keeps its place until it really ends, so
     * that a hanging backend can hold that many threads and no more.
     *
     * @param atOnce questions at the same time
     * @param limit time for one, the wait for a place included
     */
    static Link remote(Authenticator authenticator, int atOnce, Duration limit) {
        return new Remote(authenticator, new Semaphore(atOnce), limit);
    }

    /** Runs on the caller's thread. */
    record Local(Authenticator authenticator) implements Link {
        @Override
        public Authentication ask(VerifiedRequest request, Instant now, Deadline deadline) {
            return deadline.isPast()
                    ? new Unavailable(authenticator.source(), "no time left")
                    : authenticator.authenticate(request, now, deadline);
        }
    }

    /** Runs on a virtual thread of its own. */
    record Remote(Authenticator authenticator, Semaphore places, Duration limit) implements Link {
        @Override
        public Authentication ask(VerifiedRequest request, Instant now, Deadline deadline) {
            Deadline mine = earlier(Deadline.after(limit), deadline);
            try {
                if (!places.tryAcquire(mine.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                    return unavailable("too many questions under way");
                }
                FutureTask<Authentication> question =
                        new FutureTask<>(() -> authenticator.authenticate(request, now, mine));
                Thread thread = Thread.ofVirtual().name("authenticator").start(() -> run(question));
                try {
                    return question.get(mine.remaining().toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    return unavailable("no answer in time");
                } finally {
                    thread.interrupt(); // nobody waits for it any more
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return unavailable("interrupted");
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "authenticator " + authenticator.source() + " failed", e.getCause());
            }
        }

        private void run(FutureTask<Authentication> question) {
            try {
                question.run();
            } finally {
                places.release();
            }
        }

        private Unavailable unavailable(String detail) {
            return new Unavailable(authenticator.source(), detail);
        }

        private static Deadline earlier(Deadline a, Deadline b) {
            return a.nanoTime() - b.nanoTime() < 0 ? a : b;
        }
    }
}
