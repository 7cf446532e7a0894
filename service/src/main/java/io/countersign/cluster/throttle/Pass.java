// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One login on its way through the rules: {@link #before} it is looked at, and then either {@link
 * #failed} or {@link #proved} and {@link #placed}. Each says why it must not go on, if it must not.
 * One thread at a time.
 *
 * <p>What has no secret in it cannot be a guess: a server that asks again for a live connection is
 * not kept out by somebody else's failures, and counts none.
 */
public final class Pass {
    private final Throttles throttles;
    private final Attempt attempt;
    private Keys.Parts parts;
    private final List<Held> held;
    private Set<String> observed = Set.of();
    private boolean isLocal;

    /** A rule that counts this login, and under which key. */
    private record Held(ThrottleRule rule, long key) {}

    /** A key that was asked about; the future is missing where there is nobody to ask. */
    private record Asked(Held held, Visit.Answer own, @Nullable CompletableFuture<byte[]> others) {}

    Pass(Throttles throttles, Attempt attempt) {
        this.throttles = throttles;
        this.attempt = attempt;
        this.parts = Keys.Parts.of(attempt);
        this.held = new ArrayList<>(throttles.rules(Stage.BEFORE).size());
    }

    /** Rules that would have refused it if they did more than observe. */
    public Set<String> observed() {
        return observed;
    }

    /** True if something was judged without the other instances, because they did not answer. */
    public boolean isLocal() {
        return isLocal;
    }

    /** Before an authenticator is asked. */
    public Optional<Throttled> before() {
        hold(Stage.BEFORE, held);
        Optional<Throttled> locked = attempt.isGuess() ? locked() : Optional.empty();
        return locked.isPresent() ? locked : limited(held);
    }

    private Optional<Throttled> locked() {
        List<Held> suspects = new ArrayList<>(0);
        long now = throttles.now();
        for (Held it : held) {
            Lockout lockout =
                    throttles.book().isEmpty() ? null : throttles.book().find(it.key, now);
            if (lockout != null) {
                Optional<Throttled> refused = refused(it, lockout.until());
                if (refused.isPresent()) {
                    return refused;
                }
            } else if (it.rule.failures().isPresent() && throttles.marks().hasFailed(it.key)) {
                suspects.add(it);
            }
        }
        return asked(suspects, Visit.Kind.LOOK);
    }

    /** The credential was bad, or nobody knew it. */
    public Optional<Throttled> failed() {
        List<Held> counting = new ArrayList<>(held.size());
        for (Held it : held) {
            if (it.rule.failures().isPresent() && attempt.isGuess()) {
                counting.add(it);
                throttles.mark(it.key);
                if (it.rule.spare() == ThrottleRule.Spare.CLEAN) {
                    markPair(it);
                }
            }
        }
        return asked(counting, Visit.Kind.FAIL);
    }

    private void markPair(Held it) {
        long pair = throttles.keys().pair(it.rule, parts);
        if (pair != Keys.NONE) {
            throttles.mark(pair);
        }
    }

    /**
     * The client is who it says.
     *
     * @param principal as entries write it
     */
    public Optional<Throttled> proved(String principal) {
        parts = parts.proved(principal);
        if (attempt.isGuess()) {
            List<Held> suspects = new ArrayList<>(0);
            for (Held it : held) {
                if (it.rule.failures().isPresent() && throttles.marks().hasFailed(it.key)) {
                    suspects.add(it);
                }
            }
            Optional<Throttled> locked = asked(suspects, Visit.Kind.SUCCEED);
            if (locked.isPresent()) {
                return locked;
            }
            suspects.forEach(this::forgive);
            held.forEach(this::remember);
        }
        return limited(newlyHeld(Stage.PROVEN));
    }

    /** The policy has chosen an account. */
    public Optional<Throttled> placed(String account) {
        parts = parts.placed(account);
        return limited(newlyHeld(Stage.PLACED));
    }

    private List<Held> newlyHeld(Stage stage) {
        List<Held> now = new ArrayList<>(0);
        hold(stage, now);
        return now;
    }

    private void hold(Stage stage, List<Held> into) {
        for (ThrottleRule rule : throttles.rules(stage)) {
            if (rule.counts(parts.address())) {
                long key = throttles.keys().of(rule, parts);
                if (key != Keys.NONE) {
                    into.add(new Held(rule, key));
                }
            }
        }
    }

    private void forgive(Held it) {
        if (it.rule.failures().map(FailureLimit::resetOnSuccess).orElse(false)) {
            throttles.marks().forgive(it.key);
        }
    }

    private void remember(Held it) {
        if (it.rule.spare() == ThrottleRule.Spare.KNOWN) {
            long pair = throttles.keys().pair(it.rule, parts);
            if (pair != Keys.NONE) {
                throttles.markKnown(pair);
            }
        }
    }

    /** Visits all at once, and refuses if one of them is locked. */
    private Optional<Throttled> asked(List<Held> keys, Visit.Kind kind) {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        int name = kind == Visit.Kind.FAIL ? throttles.keys().name(attempt.user()) : 0;
        List<Asked> all = new ArrayList<>(keys.size());
        for (Held it : keys) {
            Visit visit =
                    kind == Visit.Kind.FAIL ? Visit.fail(it.rule, name) : Visit.of(kind, it.rule);
            boolean isCounted = kind == Visit.Kind.FAIL;
            CompletableFuture<byte[]> others =
                    throttles
                            .shared()
                            .map(s -> s.visit(it.key, visit.bytes(), isCounted))
                            .orElse(null);
            all.add(new Asked(it, throttles.visitOwn(it.key, visit), others));
        }
        Optional<Throttled> refused = Optional.empty();
        for (Asked it : all) {
            Visit.Answer answer = answer(it);
            // A lockout that others lifted or that is not ours to make is in the book already.
            if (answer.verdict() == Visit.Verdict.NOW_LOCKED) {
                lock(it.held, answer.state());
            } else if (answer.verdict() == Visit.Verdict.LOCKED) {
                Optional<Throttled> locked = refused(it.held, answer.state().lockedUntil());
                refused = refused.isPresent() ? refused : locked;
            }
        }
        return refused;
    }

    private Visit.Answer answer(Asked it) {
        if (it.others == null) {
            return it.own;
        }
        Optional<Visit.Answer> answer = Throttles.awaited(it.others);
        if (answer.isEmpty()) {
            isLocal = true;
            return it.own;
        }
        throttles.learn(it.held.key, answer.get().state());
        return answer.get();
    }

    private void lock(Held it, ThrottleState state) {
        throttles.lock(it.key, it.rule, Keys.label(it.rule, parts, attempt.isNameShown()), state);
    }

    private Optional<Throttled> refused(Held it, long until) {
        if (it.rule.observe()) {
            observe(it);
            return Optional.empty();
        }
        if (isSpared(it)) {
            return Optional.empty();
        }
        String detail =
                "throttle %s, until %s".formatted(it.rule.name(), Instant.ofEpochMilli(until));
        return Optional.of(new Throttled(Throttled.Kind.LOCKED, it.rule.name(), detail));
    }

    /** Hardly ever, so that most logins need no set. */
    private void observe(Held it) {
        if (observed.isEmpty()) {
            observed = new LinkedHashSet<>();
        }
        observed.add(it.rule.name());
    }

    private boolean isSpared(Held it) {
        return switch (it.rule.spare()) {
            case NOBODY -> false;
            case KNOWN -> throttles.marks().isKnown(throttles.keys().pair(it.rule, parts));
            case CLEAN -> {
                long pair = throttles.keys().pair(it.rule, parts);
                yield pair != Keys.NONE && !throttles.marks().hasFailed(pair);
            }
        };
    }

    private Optional<Throttled> limited(List<Held> keys) {
        for (Held it : keys) {
            if (it.rule.rate().isEmpty()) {
                continue;
            }
            Buckets.Token token = throttles.token(it.rule, it.rule.rate().get(), it.key);
            isLocal |= token == Buckets.Token.TAKEN_ALONE;
            if (token == Buckets.Token.NONE) {
                if (!it.rule.observe()) {
                    String detail = "throttle " + it.rule.name();
                    return Optional.of(
                            new Throttled(Throttled.Kind.LIMITED, it.rule.name(), detail));
                }
                observe(it);
            }
        }
        return Optional.empty();
    }
}
