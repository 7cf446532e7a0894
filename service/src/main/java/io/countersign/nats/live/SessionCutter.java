// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Session;
import io.countersign.cluster.SessionFilter;
import io.countersign.cluster.Sessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends those sessions of this instance that a revocation names: soon after one came into force,
 * however it came, and again until none is left. So each instance answers for its own sessions, and
 * a revocation that arrives late, after a split, ends them too.
 *
 * <p>Thread-safe. One sweep at a time, so that each session is counted once.
 */
public final class SessionCutter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SessionCutter.class);

    /** Deny first: by then the other instances have heard of it too, as a rule. */
    private static final Duration FIRST = Duration.ofMillis(250);

    private static final Duration NEXT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int AT_ONCE = 256;
    private static final int COUNTED = 10_000;

    private final Sessions own;
    private final Revocations revocations;
    private final Kicker kicker;
    private final Clock clock;
    private final ReentrantLock sweeping = new ReentrantLock();
    private final Semaphore underWay = new Semaphore(AT_ONCE);

    /** Sessions ended for a revocation, and those that remained when it was last looked. */
    private final Cache<UUID, Cut> byRevocation =
            Caffeine.newBuilder()
                    .maximumSize(COUNTED)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .build();

    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("session-cutter").factory());

    public SessionCutter(Sessions own, Revocations revocations, Kicker kicker, Clock clock) {
        this.own = own;
        this.revocations = revocations;
        this.kicker = kicker;
        this.clock = clock;
    }

    /** A revocation came into force, or was lifted. */
    public void newsCame() {
        schedule(FIRST, NEXT);
    }

    private void schedule(Duration pause, Duration next) {
        try {
            var _ = later.schedule(() -> sweepAgain(next), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("closed");
        }
    }

    private void sweepAgain(Duration next) {
        try {
            Cut cut = sweep();
            if (kicker.isAble() && cut.remaining() > 0) {
                Duration longer = next.multipliedBy(2);
                schedule(next, longer.compareTo(LONGEST) > 0 ? LONGEST : longer);
            }
        } catch (RuntimeException e) {
            log.error("ending sessions", e);
        }
    }

    /** Ends all sessions of ours that are revoked. */
    Cut sweep() {
        sweeping.lock();
        try {
            Map<UUID, List<Session>> revoked = new HashMap<>();
            Instant now = clock.instant();
            if (revocations.size() > 0) {
                own.all()
                        .forEach(session ->
                                revocations
                                        .find(session, now)
                                        .map(Revocation::id)
                                        .ifPresent(id ->
                                                revoked.computeIfAbsent(id, _ -> new ArrayList<>())
                                                        .add(session)));
            }
            Cut all = Cut.NONE;
            for (Map.Entry<UUID, List<Session>> each : revoked.entrySet()) {
                Cut cut = end(each.getValue());
                log.info("revocation {}: {}", each.getKey(), cut);
                byRevocation.asMap().merge(each.getKey(), cut, SessionCutter::later);
                all = all.plus(cut);
            }
            return all;
        } finally {
            sweeping.unlock();
        }
    }

    /** What was ended adds up; of what remains the last word counts. */
    private static Cut later(Cut before, Cut now) {
        return new Cut(before.ended() + now.ended(), now.remaining(), now.unreachable());
    }

    /** Ends what a revocation names, and says what it came to, earlier sweeps included. */
    Cut sweepFor(UUID revocation) {
        Cut all = sweep();
        Cut mine = Optional.ofNullable(byRevocation.getIfPresent(revocation)).orElse(Cut.NONE);
        return new Cut(mine.ended(), all.remaining(), all.unreachable());
    }

    /** Ends sessions that are not revoked; their clients may come back. */
    Cut kick(SessionFilter filter) {
        sweeping.lock();
        try {
            return end(own.all().filter(filter::matches).toList());
        } finally {
            sweeping.unlock();
        }
    }

    private Cut end(Collection<Session> sessions) {
        if (!kicker.isAble()) {
            return new Cut(0, sessions.size(), 0);
        }
        List<CompletableFuture<Cut>> kicks =
                sessions.stream().map(session -> end(session)).toList();
        return kicks.stream().map(CompletableFuture::join).reduce(Cut.NONE, Cut::plus);
    }

    private CompletableFuture<Cut> end(Session session) {
        underWay.acquireUninterruptibly();
        return kicker.kick(session.server().text(), session.cid())
                .thenApply(kick -> {
                    underWay.release();
                    if (kick == Kicker.Kick.ENDED || kick == Kicker.Kick.GONE) {
                        own.ended(session);
                    }
                    return Cut.of(kick);
                });
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
