// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes ids of entries: UUIDv7 (RFC 9562 section 5.7), each greater than the one before, also when
 * the clock stands still or goes back (section 6.2, method 1: a 12-bit counter in {@code rand_a}
 * that carries into the milliseconds). The other 62 bits are random, because whoever knows an id
 * may look up why a client was refused. Thread-safe.
 */
public final class EntryIds {
    private static final int COUNTER_BITS = 12;
    private static final int STOCK = 64 * Long.BYTES;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final Clock clock;
    private final RandomGenerator random;

    /** Milliseconds and counter of the last id, as one number. */
    private final AtomicLong last = new AtomicLong();

    private final ByteBuffer stock = ByteBuffer.allocate(STOCK).limit(0);

    /** {@code random}: a {@link java.security.SecureRandom} outside of tests. */
    public EntryIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public UUID next() {
        long now = clock.millis() << COUNTER_BITS;
        long ticks = last.updateAndGet(before -> Math.max(before + 1, now));
        long counter = ticks & ((1 << COUNTER_BITS) - 1);
        long millis = ticks >>> COUNTER_BITS;
        long high = millis << 16 | VERSION_7 | counter;
        return new UUID(high, VARIANT | drawn() >>> 2);
    }

    /** Many at a time: a secure source takes its lock and hashes twice for each number. */
    private synchronized long drawn() {
        if (!stock.hasRemaining()) {
            random.nextBytes(stock.array());
            stock.clear();
        }
        return stock.getLong();
    }
}
