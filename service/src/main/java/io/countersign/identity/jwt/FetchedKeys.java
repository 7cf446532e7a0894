// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.countersign.protocol.Deadline;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that are fetched from their issuer and kept while it is away. A token with a key that we do
 * not know makes us look again, but never before the pause is over, whoever sends however many of
 * them. Nobody waits for a refresh of keys that will do. Thread-safe.
 */
final class FetchedKeys implements IssuerKeys {
    private static final Logger log = LoggerFactory.getLogger(FetchedKeys.class);

    private final String issuer;
    private final KeyFetch fetch;
    private final KeyTimes times;
    private final Clock clock;
    private final LongSupplier nanoClock;
    private volatile @Nullable Held held;
    private @Nullable CompletableFuture<Void> fetching;
    private boolean hasTried;
    private long triedAt;
    private volatile String trouble = "not fetched yet";
    private volatile boolean isClosed;

    private record Held(KeySet keys, Instant at, long since) {}

    FetchedKeys(
            String issuer, KeyFetch fetch, KeyTimes times, Clock clock, LongSupplier nanoClock) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.times = times;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public Lookup find(JWSHeader header, Instant issued, Deadline deadline) {
        Held now = held;
        if (now == null || age(now) > times.keep().toNanos()) {
            await(refresh(), deadline);
            now = held;
            if (now == null || age(now) > times.keep().toNanos()) {
                return new Lookup.Unreachable("no keys of " + issuer + ": " + trouble);
            }
        } else if (age(now) > times.refresh().toNanos()) {
            var _ = refresh();
        }
        List<JWK> found = now.keys().matching(header);
        return found.isEmpty() ? lookAgain(now, header, issued, deadline) : new Lookup.Found(found);
    }

    private Lookup lookAgain(Held before, JWSHeader header, Instant issued, Deadline deadline) {
        await(refresh(), deadline);
        Held now = held;
        if (now == null) {
            return new Lookup.Unreachable("no keys of " + issuer + ": " + trouble);
        }
        List<JWK> found = now.keys().matching(header);
        if (!found.isEmpty()) {
            return new Lookup.Found(found);
        }
        // A token that is older than our keys was not signed with a newer one.
        return !now.equals(before) || issued.isBefore(now.at())
                ? new Lookup.NoSuchKey()
                : new Lookup.Unreachable("a key of " + issuer + " that we do not have yet");
    }

    private long age(Held keys) {
        return nanoClock.getAsLong() - keys.since();
    }

    @Override
    public void warmUp() {
        var _ = refresh();
    }

    /** The fetch under way, a new one, or nothing if it is too early for one. */
    private synchronized CompletableFuture<Void> refresh() {
        if (fetching != null) {
            return fetching;
        }
        long now = nanoClock.getAsLong();
        if (isClosed || (hasTried && now - triedAt < times.pause().toNanos())) {
            return CompletableFuture.completedFuture(null);
        }
        hasTried = true;
        triedAt = now;
        CompletableFuture<Void> mine = new CompletableFuture<>();
        fetching = mine;
        Thread.ofVirtual().name("keys of " + issuer).start(() -> run(mine));
        return mine;
    }

    private void run(CompletableFuture<Void> mine) {
        try {
            Instant at = clock.instant(); // before it: what is newer may not be in it
            KeySet keys = fetch.fetch(Deadline.after(KeyFetch.LIMIT));
            held = new Held(keys, at, nanoClock.getAsLong());
            if (!trouble.isEmpty()) {
                log.info("keys of {}: fetched", issuer);
            }
            trouble = "";
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (!trouble.equals(why) && !isClosed) {
                log.warn("keys of {}: {}; those that we have stay in use", issuer, why);
            }
            trouble = why;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        } finally {
            synchronized (this) {
                fetching = null;
            }
            mine.complete(null);
        }
    }

    private static void await(CompletableFuture<Void> fetch, Deadline deadline) {
        try {
            fetch.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            // Then with what there is.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fetch never fails its future", e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        fetch.close();
    }
}
