// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * All that is known of one key: a token bucket as one time (GCRA), failures, and the lockout that
 * they led to. Immutable; the time is passed in, and one that jumps back does not prolong anything
 * beyond what the rule says.
 *
 * <p>Form 1, big-endian: form (1 byte), arrival (8), failures (4), level (4), locked until (8),
 * last failure (8), number of names (2), hashes of names (4 each). A later form only adds at the
 * end, so that older builds read it.
 *
 * @param arrival when the bucket is full again, in ns since 1970 (theoretical arrival time)
 * @param failures since the last lockout
 * @param level lockouts in a row
 * @param lockedUntil ms since 1970; 0 if never, in the past if it is over
 * @param lastFailure ms since 1970
 * @param names hashes of different names that failed, sorted
 */
@SuppressWarnings("ArrayRecordComponent") // package-private, never handed out, never changed
record ThrottleState(
        long arrival, int failures, int level, long lockedUntil, long lastFailure, int[] names) {
    static final ThrottleState NEW = new ThrottleState(0, 0, 0, 0, 0, new int[0]);

    private static final byte FORM = 1;
    private static final int FIXED = 1 + 8 + 4 + 4 + 8 + 8 + 2;
    private static final int HIGHEST_LEVEL = 1000;
    private static final long MILLI = 1_000_000;

    /** Tokens beyond two buckets; a small bucket must not remit what several instances took. */
    private static final int DEBT = 32;

    boolean isLocked(long now) {
        return lockedUntil > now;
    }

    /** True if nothing of it matters any more. */
    boolean isIdle(long now) {
        return arrival <= now * MILLI && failures == 0 && level == 0 && !isLocked(now);
    }

    /** As it is at a time: what is over is over, and what lies too far ahead is cut. */
    ThrottleState at(long now, FailureLimit limit) {
        long until = Math.min(lockedUntil, now + limit.lockouts().longest().toMillis());
        long last = Math.min(lastFailure, now);
        boolean isOver = lockedUntil != 0 && until <= now;
        long since = now - Math.max(last, until);
        boolean isForgotten = until <= now && since >= limit.forgetAfter().toMillis();
        if (isForgotten) {
            return new ThrottleState(arrival, 0, 0, 0, 0, NEW.names);
        }
        return new ThrottleState(
                arrival,
                isOver ? 0 : failures,
                level,
                isOver ? 0 : until,
                last,
                isOver ? NEW.names : names);
    }

    /** One more failure of this name. A key that is locked already stays as it is. */
    ThrottleState failed(long now, FailureLimit limit, int name) {
        ThrottleState s = at(now, limit);
        if (s.isLocked(now)) {
            return s;
        }
        int[] all = limit.distinctUsers() == 0 ? s.names : with(s.names, name);
        int count = Math.min(s.failures, Integer.MAX_VALUE - 1) + 1;
        boolean isTooMany =
                (limit.most() > 0 && count >= limit.most())
                        || (limit.distinctUsers() > 0 && all.length >= limit.distinctUsers());
        int height = isTooMany ? Math.min(s.level + 1, HIGHEST_LEVEL) : s.level;
        long until = isTooMany ? now + limit.lockouts().length(height).toMillis() : 0;
        return new ThrottleState(s.arrival, count, height, until, now, all);
    }

    private static int[] with(int[] names, int name) {
        int at = Arrays.binarySearch(names, name);
        if (at >= 0) {
            return names;
        }
        int[] more = new int[names.length + 1];
        int place = -at - 1;
        System.arraycopy(names, 0, more, 0, place);
        more[place] = name;
        System.arraycopy(names, place, more, place + 1, names.length - place);
        return more;
    }

    /** Somebody got in: the failures before were slips. */
    ThrottleState forgiven() {
        return new ThrottleState(arrival, 0, 0, 0, 0, NEW.names);
    }

    /**
     * Takes tokens that were spent already, whether they were there or not. A debt of more than a
     * second bucket and a bit is remitted, so that a clock that jumped back does not keep anybody
     * out for long.
     */
    ThrottleState spent(long now, RateLimit limit, int tokens) {
        long nanos = now * MILLI;
        long latest = nanos + limit.emission() * (2L * limit.burst() + DEBT);
        long start = Math.clamp(arrival, nanos, latest);
        long end = Math.min(start + tokens * limit.emission(), latest);
        return new ThrottleState(end, failures, level, lockedUntil, lastFailure, names);
    }

    /** Whether there is a token; taking it is {@link #spent}. */
    boolean hasToken(long now, RateLimit limit) {
        long nanos = now * MILLI;
        long bucket = limit.emission() * limit.burst();
        long start = Math.max(arrival, nanos);
        return start + limit.emission() - nanos <= bucket;
    }

    /** Of two that grew apart, as after a split: the stricter of each. */
    ThrottleState merged(ThrottleState other) {
        int[] all = names;
        for (int name : other.names) {
            all = all.length < FailureLimit.MOST_USERS ? with(all, name) : all;
        }
        return new ThrottleState(
                Math.max(arrival, other.arrival),
                Math.max(failures, other.failures),
                Math.max(level, other.level),
                Math.max(lockedUntil, other.lockedUntil),
                Math.max(lastFailure, other.lastFailure),
                all);
    }

    /** How long it has to be kept. */
    Duration lifetime(long now, Optional<FailureLimit> limit) {
        long end = Math.max(arrival / MILLI + 1, lockedUntil);
        if (limit.isPresent() && (failures > 0 || level > 0)) {
            long forgotten = limit.get().forgetAfter().toMillis();
            end = Math.max(end, Math.max(lastFailure, lockedUntil) + forgotten);
        }
        return Duration.ofMillis(Math.max(1000, end - now));
    }

    byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + Integer.BYTES * names.length);
        out.put(FORM).putLong(arrival).putInt(failures).putInt(level);
        out.putLong(lockedUntil).putLong(lastFailure).putShort((short) names.length);
        for (int name : names) {
            out.putInt(name);
        }
        return out.array();
    }

    /** What cannot be read counts as nothing: a stranger's bytes must not stop anybody. */
    static ThrottleState of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (in.get() < FORM) {
                return NEW;
            }
            long arrival = in.getLong();
            int failures = Math.max(0, in.getInt());
            int level = Math.clamp(in.getInt(), 0, HIGHEST_LEVEL);
            long lockedUntil = Math.max(0, in.getLong());
            long lastFailure = Math.max(0, in.getLong());
            int count = in.getShort();
            if (count < 0 || count > FailureLimit.MOST_USERS) {
                return NEW;
            }
            int[] names = new int[count];
            for (int i = 0; i < count; i++) {
                names[i] = in.getInt();
            }
            Arrays.sort(names);
            return new ThrottleState(arrival, failures, level, lockedUntil, lastFailure, names);
        } catch (BufferUnderflowException _) {
            return NEW;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ThrottleState that && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }
}
