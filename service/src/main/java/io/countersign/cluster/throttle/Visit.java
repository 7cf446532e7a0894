// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.Lockouts;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change of one key's state, made where the state is: the rule's numbers travel with it, so
 * that instances whose files differ for a while need not agree. Immutable.
 *
 * <p>Form 1, big-endian: form (1), kind (1), flags (1: bit 0 rate, 1 failures, 2 reset), emission
 * (8), burst (4), most (4), names (4), forget (8, ms), first (8, ms), factor (4), longest (8, ms),
 * tokens spent (4), token wanted (1), name (4). A later form only adds at the end.
 *
 * @param spent tokens that were given away already
 * @param wants whether one more is asked for
 * @param name hash of the name that failed
 */
public record Visit(
        Kind kind,
        Optional<RateLimit> rate,
        Optional<FailureLimit> failures,
        int spent,
        boolean wants,
        int name) {
    private static final byte FORM = 1;
    private static final int LENGTH = 3 + 8 + 4 + 4 + 4 + 8 + 8 + 4 + 8 + 4 + 1 + 4;
    private static final int RATE = 1;
    private static final int FAILURES = 2;
    private static final int RESET = 4;
    private static final int MOST_SPENT = 1_000_000;

    /** What it does. The codes are part of the form. */
    enum Kind {
        /** Only looks. */
        LOOK(1),
        /** Spends tokens. */
        TAKE(2),
        /** Counts a failure. */
        FAIL(3),
        /** Somebody got in. */
        SUCCEED(4),
        /** An administrator lifts the lockout. */
        UNLOCK(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** What came of it. The codes are part of the form. */
    enum Verdict {
        /** Nothing is in the way; the wanted token was there. */
        FREE(1),
        /** There was no token. */
        LIMITED(2),
        /** Was locked before. */
        LOCKED(3),
        /** This failure locked it. */
        NOW_LOCKED(4);

        private final int code;

        Verdict(int code) {
            this.code = code;
        }
    }

    /** Verdict and state after a visit. */
    record Answer(Verdict verdict, ThrottleState state) {
        byte[] bytes() {
            byte[] s = state.bytes();
            return ByteBuffer.allocate(1 + s.length).put((byte) verdict.code).put(s).array();
        }

        /** What cannot be read is no answer. */
        static Optional<Answer> of(byte[] bytes) {
            if (bytes.length < 2) {
                return Optional.empty();
            }
            byte[] state = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
            for (Verdict verdict : Verdict.values()) {
                if (verdict.code == bytes[0]) {
                    return Optional.of(new Answer(verdict, ThrottleState.of(state)));
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Outcome of {@link #made}.
     *
     * @param state empty if nothing has to be kept
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not kept
    public record Made(byte @Nullable [] state, Duration lifetime, byte[] answer) {}

    /** Does it to a state in its wire form; {@code null} is a key that nothing is known of. */
    public Made made(byte @Nullable [] before, long now) {
        ThrottleState state = before == null ? ThrottleState.NEW : ThrottleState.of(before);
        Answer answer = to(state, now);
        ThrottleState after = answer.state();
        return new Made(
                after.isIdle(now) ? null : after.bytes(),
                after.lifetime(now, failures),
                answer.bytes());
    }

    /** Does it to a state. */
    Answer to(ThrottleState before, long now) {
        ThrottleState state = failures.map(limit -> before.at(now, limit)).orElse(before);
        boolean isLocked = state.isLocked(now);
        return switch (kind) {
            case LOOK -> new Answer(isLocked ? Verdict.LOCKED : Verdict.FREE, state);
            case UNLOCK -> new Answer(Verdict.FREE, state.forgiven());
            case TAKE -> taken(state, now);
            case FAIL -> {
                if (isLocked || failures.isEmpty()) {
                    yield new Answer(isLocked ? Verdict.LOCKED : Verdict.FREE, state);
                }
                ThrottleState after = state.failed(now, failures.get(), name);
                yield new Answer(after.isLocked(now) ? Verdict.NOW_LOCKED : Verdict.FREE, after);
            }
            case SUCCEED -> {
                if (isLocked) {
                    yield new Answer(Verdict.LOCKED, state);
                }
                boolean resets = failures.map(FailureLimit::resetOnSuccess).orElse(false);
                yield new Answer(Verdict.FREE, resets ? state.forgiven() : state);
            }
        };
    }

    private Answer taken(ThrottleState state, long now) {
        if (rate.isEmpty()) {
            return new Answer(Verdict.FREE, state);
        }
        ThrottleState paid = state.spent(now, rate.get(), spent);
        if (!wants) {
            return new Answer(Verdict.FREE, paid);
        }
        return paid.hasToken(now, rate.get())
                ? new Answer(Verdict.FREE, paid.spent(now, rate.get(), 1))
                : new Answer(Verdict.LIMITED, paid);
    }

    static Visit of(Kind kind, ThrottleRule rule) {
        return new Visit(kind, rule.rate(), rule.failures(), 0, false, 0);
    }

    static Visit take(ThrottleRule rule, int spent, boolean wants) {
        return new Visit(Kind.TAKE, rule.rate(), rule.failures(), spent, wants, 0);
    }

    static Visit fail(ThrottleRule rule, int name) {
        return new Visit(Kind.FAIL, rule.rate(), rule.failures(), 0, false, name);
    }

    /** The stricter of two states of one key in their wire form. */
    public static byte[] merged(byte[] one, byte[] other) {
        return ThrottleState.of(one).merged(ThrottleState.of(other)).bytes();
    }

    /** Its wire form. */
    public byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(LENGTH);
        boolean resets = failures.map(FailureLimit::resetOnSuccess).orElse(false);
        int flags =
                (rate.isPresent() ? RATE : 0)
                        | (failures.isPresent() ? FAILURES : 0)
                        | (resets ? RESET : 0);
        out.put(FORM).put((byte) kind.code).put((byte) flags);
        out.putLong(rate.map(RateLimit::emission).orElse(0L));
        out.putInt(rate.map(RateLimit::burst).orElse(0));
        out.putInt(failures.map(FailureLimit::most).orElse(0));
        out.putInt(failures.map(FailureLimit::distinctUsers).orElse(0));
        out.putLong(failures.map(f -> f.forgetAfter().toMillis()).orElse(0L));
        out.putLong(failures.map(f -> f.lockouts().first().toMillis()).orElse(0L));
        out.putInt(failures.map(f -> f.lockouts().factor()).orElse(0));
        out.putLong(failures.map(f -> f.lockouts().longest().toMillis()).orElse(0L));
        out.putInt(spent).put((byte) (wants ? 1 : 0)).putInt(name);
        return out.array();
    }

    /** Reads the wire form; empty if it is none. */
    public static Optional<Visit> of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (in.get() < FORM) {
                return Optional.empty();
            }
            int code = in.get();
            int flags = in.get();
            long emission = in.getLong();
            int burst = in.getInt();
            int most = in.getInt();
            int names = in.getInt();
            Duration forget = Duration.ofMillis(in.getLong());
            Lockouts lockouts =
                    new Lockouts(
                            Duration.ofMillis(in.getLong()),
                            in.getInt(),
                            Duration.ofMillis(in.getLong()));
            int spent = Math.clamp(in.getInt(), 0, MOST_SPENT);
            boolean wants = in.get() == 1;
            int name = in.getInt();
            Optional<RateLimit> rate =
                    (flags & RATE) == 0
                            ? Optional.empty()
                            : Optional.of(new RateLimit(emission, burst));
            Optional<FailureLimit> failures =
                    (flags & FAILURES) == 0
                            ? Optional.empty()
                            : Optional.of(
                                    new FailureLimit(
                                            most, names, forget, lockouts, (flags & RESET) != 0));
            for (Kind kind : Kind.values()) {
                if (kind.code == code) {
                    return Optional.of(new Visit(kind, rate, failures, spent, wants, name));
                }
            }
            return Optional.empty();
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
