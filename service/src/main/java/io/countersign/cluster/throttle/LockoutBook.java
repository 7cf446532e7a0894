// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lockouts in force, in this instance's memory and a moment later on its disk: what the request
 * path asks. Instances tell one another of each, and compare all of them when they meet; records
 * merge in any order. Bounded; thread-safe.
 */
public final class LockoutBook implements AutoCloseable {
    /** Lockouts at once; each costs a guesser as many failures as its rule says. */
    static final int MOST = 50_000;

    private static final Logger log = LoggerFactory.getLogger(LockoutBook.class);

    private final ConcurrentHashMap<Long, Lockout> byKey = new ConcurrentHashMap<>();
    private final @Nullable LockoutStore store;
    private final Clock clock;

    private LockoutBook(@Nullable LockoutStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Of an instance that forgets them when it stops. */
    public static LockoutBook inMemory(Clock clock) {
        return new LockoutBook(null, clock);
    }

    /** Brings what is on the disk into force. */
    public static LockoutBook open(LockoutStore store, Clock clock) {
        LockoutBook book = new LockoutBook(store, clock);
        long now = clock.millis();
        store.load(now).forEach(book::put);
        return book;
    }

    /** What locks a key. */
    @Nullable Lockout find(long key, long now) {
        Lockout held = byKey.get(key);
        return held != null && held.isLocking(now) ? held : null;
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** A new lockout, in force here. */
    Lockout locked(long key, String rule, String label, ThrottleState state, long now) {
        Lockout held = byKey.get(key);
        long version = held != null && held.until() > now ? held.version() + 1 : 1;
        Lockout it =
                new Lockout(
                        key,
                        rule,
                        label,
                        state.level(),
                        state.failures(),
                        now,
                        state.lockedUntil(),
                        version,
                        false);
        put(it);
        return it;
    }

    private boolean put(Lockout it) {
        long now = clock.millis();
        if (it.until() <= now) {
            return false;
        }
        if (byKey.size() >= MOST && !byKey.containsKey(it.key())) {
            dropEnded(now);
            if (byKey.size() >= MOST) {
                log.warn("more than {} lockouts; {} is held by the cluster only", MOST, it.rule());
                return false;
            }
        }
        boolean[] isNews = {false};
        byKey.compute(
                it.key(),
                (_, held) -> {
                    isNews[0] = held == null || it.supersedes(held, now);
                    return isNews[0] || held == null ? it : held;
                });
        if (isNews[0] && store != null) {
            store.write(it);
        }
        return isNews[0];
    }

    private void dropEnded(long now) {
        byKey.values().removeIf(held -> held.until() <= now);
    }

    /**
     * Takes what others sent.
     *
     * @return records that changed something
     */
    public int merge(Collection<byte[]> records) {
        int news = 0;
        for (byte[] bytes : records) {
            Optional<Lockout> record = Lockout.of(bytes);
            if (record.isPresent() && put(record.get())) {
                news++;
            }
        }
        return news;
    }

    /** The lockout with this id, as {@link Lockout#id} writes it. */
    Optional<Lockout> find(String id) {
        try {
            return Optional.ofNullable(find(Long.parseUnsignedLong(id, 16), clock.millis()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    Lockout lift(Lockout it) {
        Lockout lifted = it.lifted();
        put(lifted);
        return lifted;
    }

    /** Those in force, in no order. */
    public List<Lockout> active() {
        long now = clock.millis();
        return byKey.values().stream().filter(it -> it.isLocking(now)).toList();
    }

    /** All that another instance may not know, lifted ones among them, in their wire form. */
    public List<byte[]> records() {
        long now = clock.millis();
        dropEnded(now);
        List<byte[]> all = new ArrayList<>();
        byKey.values().forEach(it -> all.add(it.bytes()));
        return all;
    }

    /** Equal for books with equal contents. */
    public long digest() {
        long now = clock.millis();
        long digest = 0;
        for (Map.Entry<Long, Lockout> each : byKey.entrySet()) {
            digest ^= each.getValue().until() > now ? each.getValue().digest() : 0;
        }
        return digest;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }
}
