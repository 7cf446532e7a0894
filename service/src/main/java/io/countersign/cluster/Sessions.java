// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.countersign.crypto.NKey;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sessions that this instance granted, until they expire. Bounded; safe for use by many
 * threads.
 *
 * <p>A second CONNECT on one connection replaces its session (reference 7.7), because the key is
 * the connection.
 */
public final class Sessions {
    /** Sessions kept at most; the least recently used go first. About 80 MB when full. */
    public static final int CAPACITY = 200_000;

    private record Key(NKey server, long cid) {}

    private final Cache<Key, PackedSession> open;

    public Sessions(Clock clock) {
        this(clock, CAPACITY);
    }

    Sessions(Clock clock, int capacity) {
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        // Upkeep on the thread that caused it: handing it to the common pool would wake a thread
        // for nearly every login (ADR 47).
        this.open =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumSize(capacity)
                        .ticker(ticker)
                        .expireAfter(
                                new EndsByValue<Key, PackedSession>((session, now) ->
                                        TimeUnit.MILLISECONDS.toNanos(
                                                session.expiresMillis()
                                                        - TimeUnit.NANOSECONDS.toMillis(now))))
                        .build();
    }

    /** Remembers a session, replacing an earlier one of the same connection. */
    public void granted(Session session) {
        open.put(new Key(session.server(), session.cid()), PackedSession.of(session));
    }

    /** The session of a connection, if we granted one that has not expired. */
    public Optional<Session> find(NKey server, long cid) {
        return Optional.ofNullable(open.getIfPresent(new Key(server, cid)))
                .map(packed -> packed.unpacked(server, cid));
    }

    /** Forgets the session of a connection that is known to have ended. */
    public void ended(NKey server, long cid) {
        open.invalidate(new Key(server, cid));
    }

    /** Forgets this very session; one that has replaced it stays. */
    public void ended(Session session) {
        open.asMap().remove(new Key(session.server(), session.cid()), PackedSession.of(session));
    }

    /** All of them, in no order; each is made as it is looked at. */
    public Stream<Session> all() {
        return open.asMap().entrySet().stream()
                .map(each -> each.getValue().unpacked(each.getKey().server(), each.getKey().cid()));
    }

    /** How many there are. */
    public int count() {
        open.cleanUp();
        return Math.toIntExact(open.estimatedSize());
    }
}
