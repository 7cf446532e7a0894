// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this process stood still (a frozen process or machine, a long collection) and sees
 * to it that revocations are compared with the others' before clients are let in again: meanwhile
 * the others may have revoked somebody. Who asks first after the pause notices it too, so no
 * question slips in before the watching thread wakes. Thread-safe.
 */
public final class PauseWatch implements AutoCloseable {
    /** A pause that is longer counts: what the others announce within it can be missed. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    /** How long after a pause questions wait for the comparison, as far as their budget goes. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(PauseWatch.class);
    private static final Duration BEAT = Duration.ofMillis(200);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final Predicate<Duration> comparison;
    private final LongSupplier nanos;
    private final LongSupplier wallMillis;
    private final Thread beating;
    private volatile long beat;
    private long beatWall;
    private volatile @Nullable Behind behind;
    private volatile boolean closed;

    /** A pause whose comparison is under way. */
    private record Behind(long until, CompletableFuture<Void> compared) {}

    /**
     * Watches from now on.
     *
     * @param comparison true if revocations were compared with an instance, or there is no other
     * @param nanos a clock that nobody sets
     * @param wallMillis runs on while a machine sleeps, where the other may stand still
     */
    public PauseWatch(Predicate<Duration> comparison, LongSupplier nanos, LongSupplier wallMillis) {
        this.comparison = comparison;
        this.nanos = nanos;
        this.wallMillis = wallMillis;
        this.beat = nanos.getAsLong();
        this.beatWall = wallMillis.getAsLong();
        this.beating =
                Thread.ofPlatform().daemon().name("pause-watch").unstarted(this::beatOnAndOn);
    }

    /** Begins. */
    public PauseWatch start() {
        beating.start();
        return this;
    }

    private void beatOnAndOn() {
        while (!closed) {
            tick();
            try {
                Thread.sleep(BEAT);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Looks at the clocks. */
    synchronized void tick() {
        long now = nanos.getAsLong();
        long wall = wallMillis.getAsLong();
        long still = Math.max(now - beat, TimeUnit.MILLISECONDS.toNanos(wall - beatWall));
        if (still > PAUSE.toNanos() && !closed) {
            log.warn(
                    "stood still for {} ms: revocations are compared before clients are let in",
                    TimeUnit.NANOSECONDS.toMillis(still));
            Behind here = new Behind(now + PATIENCE.toNanos(), new CompletableFuture<>());
            behind = here;
            Thread.startVirtualThread(() -> catchUp(here, now));
        }
        beatWall = wall;
        // Last: who reads this without the lock must then see what it is behind.
        beat = now;
    }

    @SuppressWarnings("ReferenceEquality") // the same pause, not one like it
    private void catchUp(Behind here, long began) {
        try {
            while (behind == here && !closed) {
                if (comparison.test(PATIENCE)) {
                    log.info(
                            "revocations are compared, {} ms after the pause",
                            TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - began));
                    break;
                }
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (behind == here) {
                behind = null;
            }
        }
        here.compared().complete(null);
    }

    /**
     * Returns when revocations are as new as the others', or at the limit, or after {@link
     * #PATIENCE}.
     *
     * @return false if they could not be compared since the last pause
     */
    public boolean awaitCurrent(Duration limit) {
        if (nanos.getAsLong() - beat > PAUSE.toNanos()) {
            tick();
        }
        Behind here = behind;
        if (here == null) {
            return true;
        }
        long left = Math.min(limit.toNanos(), here.until() - nanos.getAsLong());
        try {
            here.compared().get(Math.max(0, left), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("it only completes", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        beating.interrupt();
        Behind here = behind;
        if (here != null) {
            here.compared().complete(null);
        }
    }
}
