// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.countersign.crypto.SipHash;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Judges logins by rules before any authenticator is asked, and counts how they end. All that most
 * logins cost is a look into this instance's memory; only keys that have failed lately are asked
 * about where their state is, for a bounded time, and when nobody answers this instance judges by
 * what it has seen itself. Thread-safe, bounded in all that it keeps.
 *
 * <p>A guesser learns no more than the rule allows, however many guesses are under way at once:
 * each outcome is counted, atomically over all instances, before it is answered, and what comes
 * after the lockout is answered with that, right or wrong.
 */
public final class Throttles {
    /** Keys whose own failures are kept for when the others do not answer. */
    private static final int MOST_OWN = 100_000;

    private final List<ThrottleRule> rules;
    private final Map<ThrottleRule.Stage, List<ThrottleRule>> byStage =
            new EnumMap<>(ThrottleRule.Stage.class);
    private final LockoutBook book;
    private final Marks marks;
    private final Buckets buckets;
    private final Keys keys;
    private final Clock clock;
    private final Cache<Long, ThrottleState> own;
    private volatile Optional<SharedThrottles> shared = Optional.empty();

    /**
     * Alone until {@link #share} is called.
     *
     * @param store where to look up from where names got in; none to forget it
     * @param hash the same on all instances
     */
    public Throttles(
            List<ThrottleRule> rules,
            LockoutBook book,
            @Nullable LockoutStore store,
            SipHash hash,
            Clock clock) {
        // The more a key says the sooner it is judged: name and address before the name alone.
        this.rules =
                rules.stream().sorted(Comparator.comparingInt(rule -> -rule.key().size())).toList();
        for (ThrottleRule.Stage stage : ThrottleRule.Stage.values()) {
            byStage.put(stage, this.rules.stream().filter(rule -> rule.stage() == stage).toList());
        }
        this.book = book;
        this.keys = new Keys(hash);
        this.clock = clock;
        Duration longest =
                rules.stream()
                        .flatMap(rule -> rule.failures().stream())
                        .map(limit -> limit.forgetAfter().plus(limit.lockouts().longest()))
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ofHours(1));
        this.marks = new Marks(store, longest, clock);
        this.buckets = new Buckets(clock);
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.own =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumSize(MOST_OWN)
                        .ticker(ticker)
                        .expireAfterWrite(longest)
                        .build();
    }

    /** Without any rule: everybody may try. */
    public static Throttles none() {
        Clock clock = Clock.systemUTC();
        return new Throttles(
                List.of(),
                LockoutBook.inMemory(clock),
                null,
                SipHash.of(new byte[SipHash.KEY]),
                clock);
    }

    /** From now on with the others. */
    public void share(SharedThrottles others) {
        shared = Optional.of(others);
    }

    /** A login comes. */
    public Pass pass(Attempt attempt) {
        return new Pass(this, attempt);
    }

    /** Another instance says something of a key. */
    public void hinted(SharedThrottles.Hint hint, long key) {
        switch (hint) {
            case FAILED -> marks.failed(key);
            case KNOWN -> marks.known(key);
        }
    }

    /** Pairs of name and address that got in lately, for an instance that is new. */
    public List<Long> known() {
        return List.copyOf(marks.allKnown().keySet());
    }

    /** Tells the others what was given away since the last time; called some ten times a second. */
    public void settle() {
        shared.ifPresent(buckets::settleAll);
    }

    /** Keys that this instance keeps something of: bounded, whatever comes. */
    public long size() {
        own.cleanUp();
        return own.estimatedSize() + marks.size() + buckets.size();
    }

    /** Whether the rule of a lockout only observes. */
    public boolean isObserved(Lockout lockout) {
        return rules.stream()
                .anyMatch(rule -> rule.name().equals(lockout.rule()) && rule.observe());
    }

    /** The lockouts in force. */
    public LockoutBook book() {
        return book;
    }

    /**
     * Ends a lockout everywhere.
     *
     * @return what was lifted; empty if there is none with this id
     */
    public Optional<Lockout> unlock(String id) {
        Optional<Lockout> held = book.find(id);
        held.ifPresent(it -> {
            Lockout lifted = book.lift(it);
            forgive(it.key());
            shared.ifPresent(others -> {
                Visit unlock =
                        new Visit(
                                Visit.Kind.UNLOCK, Optional.empty(), Optional.empty(), 0, false, 0);
                // First where it is counted: a lookup must not find it locked any more.
                awaited(others.visit(it.key(), unlock.bytes(), true));
                others.announce(List.of(lifted.bytes()));
            });
        });
        return held;
    }

    /** Takes lockouts, and the end of lockouts, that others announced. */
    public int merge(List<byte[]> records) {
        for (byte[] record : records) {
            Lockout.of(record).filter(Lockout::isLifted).ifPresent(it -> forgive(it.key()));
        }
        return book.merge(records);
    }

    private void forgive(long key) {
        own.invalidate(key);
        marks.forgive(key);
    }

    /** Those whose keys are complete then, the longest first. */
    List<ThrottleRule> rules(ThrottleRule.Stage stage) {
        return byStage.getOrDefault(stage, List.of());
    }

    Keys keys() {
        return keys;
    }

    Marks marks() {
        return marks;
    }

    long now() {
        return clock.millis();
    }

    Optional<SharedThrottles> shared() {
        return shared;
    }

    Buckets.Token token(ThrottleRule rule, ThrottleRule.RateLimit limit, long key) {
        return buckets.take(rule, limit, key, shared);
    }

    /** Does it to what this instance has seen itself. */
    Visit.Answer visitOwn(long key, Visit visit) {
        long now = clock.millis();
        Visit.Answer[] answer = new Visit.Answer[1];
        own.asMap()
                .compute(
                        key,
                        (_, before) -> {
                            answer[0] = visit.to(before == null ? ThrottleState.NEW : before, now);
                            ThrottleState after = answer[0].state();
                            return after.isIdle(now) ? null : after;
                        });
        return answer[0];
    }

    /** Takes over what the others have counted. */
    void learn(long key, ThrottleState state) {
        if (!state.isIdle(clock.millis())) {
            own.put(key, state);
        }
    }

    void mark(long key) {
        if (marks.failed(key)) {
            shared.ifPresent(others -> others.hint(SharedThrottles.Hint.FAILED, key));
        }
    }

    void markKnown(long key) {
        if (marks.known(key)) {
            shared.ifPresent(others -> others.hint(SharedThrottles.Hint.KNOWN, key));
        }
    }

    void lock(long key, ThrottleRule rule, String label, ThrottleState state) {
        Lockout it = book.locked(key, rule.name(), label, state, clock.millis());
        shared.ifPresent(others -> others.announce(List.of(it.bytes())));
    }

    /** The answer, if it comes in time; the future knows when that is over. */
    static Optional<Visit.Answer> awaited(CompletableFuture<byte[]> asked) {
        try {
            return Visit.Answer.of(asked.get());
        } catch (ExecutionException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
