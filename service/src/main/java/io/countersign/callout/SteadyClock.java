// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's clock, but for its jumps (decision record 0073). A clock that is set while we run,
 * by a person, a time service or the host of a virtual machine, would make every question stale, or
 * every answer expired when it is given. So after a jump this one goes on from the time before,
 * with the monotonic clock, until a server of ours says by a question which of the two times is
 * right. If none says so within {@link #UNHEARD}, the machine is believed.
 *
 * <p>It resists one mistake on one machine, not an attacker: whoever can ask as a server of ours
 * can make it choose between these two times, and no other. Thread-safe.
 */
public final class SteadyClock extends Clock {
    /** A change of more than this is a jump; time services correct less than this without one. */
    static final Duration JUMP = Duration.ofSeconds(2);

    /** For so long the time before is kept without a word of a server. */
    static final Duration UNHEARD = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(SteadyClock.class);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Between two looks further apart than this the process stood still: they do not fit. */
    private static final long TORN = Duration.ofMillis(50).toNanos();

    private final Clock machine;
    private final LongSupplier nanos;
    private volatile Anchor anchor;
    private volatile @Nullable Jump jump;

    /**
     * What is believed.
     *
     * @param offset from the monotonic clock to time since 1970, ns
     * @param at when, on the monotonic clock
     */
    private record Anchor(long offset, long at) {}

    /**
     * The machine says something else.
     *
     * @param by how much later, ns
     * @param since on the monotonic clock
     * @param isContradicted whether a server has agreed with the time before
     * @param heard when one did so last
     */
    private record Jump(long by, long since, boolean isContradicted, long heard) {}

    /** Both clocks at one moment. */
    private record Look(Instant machine, long nano) {
        long offset() {
            return sinceEpoch(machine) - nano;
        }
    }

    /**
     * Begins by believing the machine.
     *
     * @param nanos monotonic, {@code System::nanoTime} outside tests
     */
    public SteadyClock(Clock machine, LongSupplier nanos) {
        this.machine = machine;
        this.nanos = nanos;
        Look now = look();
        this.anchor = new Anchor(now.offset(), now.nano());
    }

    /** This clock if it is steady; else one that follows it wherever it goes. */
    public static SteadyClock of(Clock clock) {
        return clock instanceof SteadyClock steady
                ? steady
                : new SteadyClock(clock, () -> sinceEpoch(clock.instant()));
    }

    private static long sinceEpoch(Instant time) {
        return time.getEpochSecond() * SECOND + time.getNano();
    }

    private static Instant instant(long sinceEpoch) {
        return Instant.ofEpochSecond(0, sinceEpoch);
    }

    private Look look() {
        while (true) {
            long before = nanos.getAsLong();
            Instant now = machine.instant();
            long after = nanos.getAsLong();
            if (after - before < TORN) {
                return new Look(now, after);
            }
        }
    }

    @Override
    public Instant instant() {
        Look now = look();
        Anchor believed = anchor;
        if (isJump(now.offset() - believed.offset())) {
            return afterJump(now);
        }
        if (jump != null || now.nano() - believed.at() > SECOND) {
            follow(now);
        }
        return now.machine();
    }

    private static boolean isJump(long change) {
        return Math.abs(change) > JUMP.toNanos();
    }

    /** So that the small corrections of a time service never add up to a jump. */
    private synchronized void follow(Look now) {
        if (isJump(now.offset() - anchor.offset())) {
            return; // somebody else believed another time meanwhile
        }
        anchor = new Anchor(now.offset(), now.nano());
        if (jump != null) {
            jump = null;
            log.warn("the clock of this machine is back where it was");
        }
    }

    private synchronized Instant afterJump(Look now) {
        long by = now.offset() - anchor.offset();
        if (!isJump(by)) {
            return now.machine(); // settled meanwhile
        }
        Jump seen = jump;
        if (seen == null || isJump(by - seen.by())) {
            seen = new Jump(by, now.nano(), false, now.nano());
            jump = seen;
            log.error(
                    "the clock of this machine jumped by {}: the time before is kept until a server"
                            + " says which is right",
                    words(by));
        }
        if (!seen.isContradicted() && now.nano() - seen.since() > UNHEARD.toNanos()) {
            believe(now, "no server says otherwise");
            return now.machine();
        }
        return instant(now.nano() + anchor.offset());
    }

    private void believe(Look now, String why) {
        anchor = new Anchor(now.offset(), now.nano());
        jump = null;
        log.warn("the time of this machine, {}, is taken from now on: {}", now.machine(), why);
    }

    /**
     * A server of ours asked, and said when. Only after a jump it matters: what it said is nearer
     * to one of the two times.
     */
    void heard(Instant said) {
        if (jump == null) {
            return;
        }
        Look now = look();
        synchronized (this) {
            Jump seen = jump;
            if (seen == null) {
                return;
            }
            long told = sinceEpoch(said);
            long fromMachine = Math.abs(sinceEpoch(now.machine()) - told);
            long fromKept = Math.abs(now.nano() + anchor.offset() - told);
            if (fromKept <= fromMachine) {
                jump = new Jump(seen.by(), seen.since(), true, now.nano());
            } else if (!seen.isContradicted() || now.nano() - seen.heard() > UNHEARD.toNanos()) {
                believe(now, "a server agrees with it");
            }
        }
    }

    /** After a jump, what the machine says; empty while it is believed. */
    Optional<Instant> doubted() {
        return jump == null ? Optional.empty() : Optional.of(machine.instant());
    }

    /** What is wrong with the machine's clock now, in words. */
    public Optional<String> problem() {
        Instant kept = instant();
        Jump seen = jump;
        return seen == null
                ? Optional.empty()
                : Optional.of(
                        "the clock of this machine jumped by %s; it is %s by the time before%s"
                                .formatted(
                                        words(seen.by()),
                                        kept.truncatedTo(ChronoUnit.SECONDS),
                                        seen.isContradicted() ? ", which servers agree with" : ""));
    }

    /** Whole seconds, with a sign. */
    private static String words(long by) {
        return "%+d s".formatted(Math.round(by / (double) SECOND));
    }

    @Override
    public ZoneId getZone() {
        return machine.getZone();
    }

    /** Only shows another zone: jumps are noticed by this one. */
    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(getZone()) ? this : new SteadyClock(machine.withZone(zone), nanos);
    }
}
