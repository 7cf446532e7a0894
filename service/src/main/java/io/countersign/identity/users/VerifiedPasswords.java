// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.identity.Principal;
import io.countersign.identity.Secret;
import io.countersign.protocol.Deadline;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Checks passwords and remembers for minutes which were right, because every reload of a server
 * makes all its clients log in again (design.md, decision 13) and a core hashes only about 18 cold
 * passwords a second. A memory dump shows no password and no plain hash of one: entries are keyed
 * with a random key of this process over user, password and stored hash, so that a changed hash
 * also misses. Equal checks at the same time cost one hash.
 *
 * <p>Wrong ones are remembered for seconds, apart from the right ones, so that a client that
 * repeats itself costs nothing and a guesser cannot push the right ones out.
 *
 * <p>Thread-safe. It outlives a generation: the stored hash in the key makes that safe.
 */
public final class VerifiedPasswords {
    /** What an {@code Unavailable} names when a password was not hashed in time. */
    public static final String BACKEND = "password-hashing";

    private final PasswordPool pool;
    private final PasswordKeys keys;
    private final Cache<PasswordKeys.Key, Principal> right;
    private final Cache<PasswordKeys.Key, Boolean> wrong;
    private final ConcurrentMap<PasswordKeys.Key, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicLong forgotten = new AtomicLong();

    /**
     * @param nanoClock monotonic, {@code System::nanoTime} outside tests
     */
    public VerifiedPasswords(
            PasswordPool pool, Limits limits, SecureRandom random, LongSupplier nanoClock) {
        this.pool = pool;
        this.keys = new PasswordKeys(random);
        this.right = cache(limits.rightFor(), limits.most(), nanoClock);
        this.wrong = cache(limits.wrongFor(), limits.most(), nanoClock);
    }

    private static <V> Cache<PasswordKeys.Key, V> cache(
            Duration ttl, int most, LongSupplier nanoClock) {
        return Caffeine.newBuilder()
                .expireAfterWrite(ttl)
                .maximumSize(most)
                .ticker(nanoClock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /**
     * How long and how much is remembered.
     *
     * @param rightFor from the hashing on, however often it is used
     * @param wrongFor short: whoever has just been given a password must not be told no for long
     * @param most entries of each kind; 0 to remember nothing
     */
    public record Limits(Duration rightFor, Duration wrongFor, int most) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofMinutes(5), Duration.ofSeconds(10), 10_000);

        public Limits {
            if (rightFor.isNegative() || wrongFor.isNegative()) {
                throw new IllegalArgumentException(
                        "rightFor, wrongFor: "
                                + rightFor
                                + ", "
                                + wrongFor
                                + " (expected: >= 0, 0 to remember nothing)");
            }
            if (most < 0) {
                throw new IllegalArgumentException(
                        "most: " + most + " (expected: >= 0, 0 to remember nothing)");
            }
        }
    }

    /** Checks, from memory or on the pool; waits until the deadline at most. */
    public PasswordCheck check(
            Principal principal, Secret secret, PasswordHash hash, Deadline deadline) {
        PasswordKeys.Key key = keys.of(principal, secret, hash);
        while (true) {
            Optional<PasswordCheck> known = remembered(key);
            if (known.isPresent()) {
                return known.get();
            }
            Flight mine = new Flight(deadline);
            Flight flight = flights.putIfAbsent(key, mine);
            if (flight == null) {
                flight = mine;
                launch(key, mine, principal, secret, hash);
            } else {
                flight.wantUntil(deadline);
            }
            PasswordCheck result = await(flight, deadline);
            if (result != PasswordCheck.UNDECIDED || flight.isShed || deadline.isPast()) {
                return result;
            }
            // It was given up in the moment that we joined it; we still have time.
        }
    }

    /** Forgets what was right for this principal: for a revocation or a removed user. */
    public void forget(Principal principal) {
        forgotten.incrementAndGet(); // first: a hash under way must not be remembered
        right.asMap().values().removeIf(principal::equals);
    }

    private Optional<PasswordCheck> remembered(PasswordKeys.Key key) {
        if (right.getIfPresent(key) != null) {
            return Optional.of(PasswordCheck.RIGHT);
        }
        return wrong.getIfPresent(key) != null
                ? Optional.of(PasswordCheck.WRONG)
                : Optional.empty();
    }

    private void launch(
            PasswordKeys.Key key,
            Flight flight,
            Principal principal,
            Secret secret,
            PasswordHash hash) {
        Optional<PasswordCheck> landed = remembered(key);
        if (landed.isPresent()) { // between our look and our take-off
            flights.remove(key, flight);
            flight.result.complete(landed.get());
            return;
        }
        long before = forgotten.get();
        PasswordPool.Ticket ticket =
                pool.submit(flight::isWanted, () -> hash.matches(secret.bytes()));
        flight.isShed = !ticket.taken();
        CompletableFuture<PasswordCheck> _ =
                ticket.result()
                        .whenComplete((result, failure) -> {
                            if (result != null) {
                                remember(key, principal, result, before);
                            }
                            flights.remove(key, flight); // after remembering, so that no gap shows
                            if (failure != null) {
                                flight.result.completeExceptionally(failure);
                            } else {
                                flight.result.complete(result);
                            }
                        });
    }

    private void remember(
            PasswordKeys.Key key, Principal principal, PasswordCheck result, long before) {
        switch (result) {
            case RIGHT -> {
                right.put(key, principal);
                if (forgotten.get() != before) {
                    right.invalidate(key);
                }
            }
            case WRONG -> wrong.put(key, Boolean.TRUE);
            case UNDECIDED -> {}
        }
    }

    private static PasswordCheck await(Flight flight, Deadline deadline) {
        try {
            return flight.result.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return PasswordCheck.UNDECIDED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PasswordCheck.UNDECIDED;
        } catch (ExecutionException e) {
            throw new IllegalStateException("password hashing failed", e.getCause());
        }
    }
}
