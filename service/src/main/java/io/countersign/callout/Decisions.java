// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.cluster.EndsByValue;
import io.countersign.crypto.NKey;
import io.countersign.policy.Reason;
import io.countersign.protocol.VerifiedRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This instance's decisions by connection, so that what servers report later can be tied to them
 * (reference 2.9, 7.3): a refusal for some minutes, an allow until its session must be over.
 * Thread-safe, bounded: of more than {@link #CAPACITY} the least recently used are forgotten, and
 * what becomes of those is not recorded.
 */
public final class Decisions {
    /** Decisions kept at most; as many as there are {@link io.countersign.cluster.Sessions}. */
    public static final int CAPACITY = 200_000;

    /** How long after it could matter at the latest; events come within a second. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    /** Longer than a decision takes. */
    private static final Duration EARLY = Duration.ofSeconds(10);

    private static final int MOST_EARLY = 10_000;

    /** Server id and cid: the two facts that every server event carries. */
    private record Key(NKey server, long cid) {}

    /** What became of a decision, as far as it was reported. */
    private enum Fate {
        UNKNOWN,
        ACCEPTED,
        NOT_ACCEPTED,
        ENDED
    }

    /** One decision. Each report about it counts once, however often it is heard. */
    public static final class Made {
        // Plain values: there are as many as sessions, and they live as long (ADR 80).
        private final long entryHigh;
        private final long entryLow;
        private final @Nullable Reason refusal;
        private final int keptSeconds;
        private Fate fate = Fate.UNKNOWN;

        private Made(UUID entry, @Nullable Reason refusal, Duration kept) {
            this.entryHigh = entry.getMostSignificantBits();
            this.entryLow = entry.getLeastSignificantBits();
            this.refusal = refusal;
            this.keptSeconds = (int) Math.min(kept.toSeconds() + 1, Integer.MAX_VALUE);
        }

        /** Id of its audit entry. */
        public UUID entry() {
            return new UUID(entryHigh, entryLow);
        }

        /** Empty if the client was let in. */
        public Optional<Reason> refusal() {
            return Optional.ofNullable(refusal);
        }

        /** The server let the client in; false if this is no news. */
        public boolean isFirstAcceptance() {
            return moves(Fate.UNKNOWN, Fate.ACCEPTED);
        }

        /** The server did not take our answer; false if this is no news. */
        public boolean isFirstRefusal() {
            return moves(Fate.UNKNOWN, Fate.NOT_ACCEPTED);
        }

        /** The connection is gone; false if this is no news, or if it never was let in. */
        public boolean isFirstEnd() {
            return moves(Fate.UNKNOWN, Fate.ENDED) || moves(Fate.ACCEPTED, Fate.ENDED);
        }

        private synchronized boolean moves(Fate from, Fate to) {
            if (fate != from) {
                return false;
            }
            fate = to;
            return true;
        }
    }

    // Upkeep on the thread that caused it: handing it to the common pool would wake a thread for
    // nearly every login (ADR 47).
    private final Cache<Key, Made> made =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(CAPACITY)
                    .expireAfter(
                            new EndsByValue<Key, Made>((decision, _) ->
                                    TimeUnit.SECONDS.toNanos(decision.keptSeconds)))
                    .build();

    /** Reports about connections of which we knew nothing: most are other instances'. */
    private final Cache<Key, Consumer<Made>> early =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(MOST_EARLY)
                    .expireAfterWrite(EARLY)
                    .build();

    /** A client was let in, for so long. */
    void allowed(VerifiedRequest request, UUID entry, Duration lasts) {
        put(request, new Made(entry, null, lasts.plus(GRACE)));
    }

    void refused(VerifiedRequest request, UUID entry, Reason reason) {
        put(request, new Made(entry, reason, GRACE));
    }

    /**
     * Tells a report to the decision that it is about: now, or when it is made. A server that could
     * not wait any longer says so before we have decided.
     *
     * @param report must not block; it may run on the thread that decides
     */
    public void report(NKey server, long cid, Consumer<Made> report) {
        Key key = new Key(server, cid);
        early.put(key, report);
        Made decision = made.getIfPresent(key);
        // Whoever takes it out runs it, so it runs once.
        if (decision != null && early.asMap().remove(key, report)) {
            report.accept(decision);
        }
    }

    private void put(VerifiedRequest request, Made decision) {
        Key key = new Key(request.server().id(), request.client().id());
        made.put(key, decision);
        Consumer<Made> report = early.asMap().remove(key);
        if (report != null) {
            report.accept(decision);
        }
    }

    /** The last decision about a connection, if it was ours and is not forgotten. */
    public Optional<Made> about(NKey server, long cid) {
        return Optional.ofNullable(made.getIfPresent(new Key(server, cid)));
    }
}
