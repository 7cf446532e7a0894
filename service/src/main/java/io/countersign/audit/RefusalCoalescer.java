// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a flood of refusals from filling the disk. The first refusals of one reason and address are
 * logged singly; what comes beyond a stated rate is counted, and each second at most one entry says
 * how many there were, when the first and the last, with the first as a sample. A flood from many
 * addresses is counted by its reason. Allows, acts and everything else always pass.
 *
 * <p>A counted refusal is not on disk when {@link #submit} answers: a kill may lose the counts
 * since the last flush, never an allow. Thread-safe.
 */
public final class RefusalCoalescer implements AuditTrail, AutoCloseable {
    private static final String ANYWHERE = "*";
    private static final int NETWORK_BYTES = 8; // one IPv6 customer has a /64 of addresses

    private final AuditTrail trail;
    private final CoalescerSettings settings;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<Key, RefusalTally> tallies = new ConcurrentHashMap<>();
    private @Nullable Clockwork clockwork;

    /** The shadow's effect is in it, so that a count is of logins that it sees alike. */
    private record Key(String decision, String reason, String shadow, String origin) {
        static Key of(AuditEntry entry, String origin) {
            String shadow = entry.shadow().map(Shadow::effect).orElse("");
            return new Key(entry.decision(), entry.reason(), shadow, origin);
        }
    }

    RefusalCoalescer(AuditTrail trail, CoalescerSettings settings, LongSupplier nanos) {
        this.trail = trail;
        this.settings = settings;
        this.nanos = nanos;
    }

    /** Puts a coalescer that flushes by itself in front of a trail. */
    public static RefusalCoalescer inFrontOf(AuditTrail trail, CoalescerSettings settings) {
        RefusalCoalescer coalescer = new RefusalCoalescer(trail, settings, System::nanoTime);
        coalescer.clockwork =
                Clockwork.start("audit-coalescer", settings.flush(), coalescer::flush);
        return coalescer;
    }

    @Override
    public Duration limit() {
        return trail.limit();
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        if (!entry.isRefusal()) {
            return trail.submit(entry);
        }
        RefusalTally everywhere = tally(entry, ANYWHERE, settings.perReason());
        Key key = Key.of(entry, origin(entry));
        RefusalTally here = tallies.get(key);
        if (here == null) {
            if (tallies.size() >= settings.keys()) {
                return pass(everywhere, entry);
            }
            here = tally(entry, key.origin(), settings.perKey());
        }
        if (!here.takes(nanos.getAsLong())) {
            return fold(here, entry);
        }
        return pass(everywhere, entry);
    }

    private CompletionStage<Receipt> pass(RefusalTally tally, AuditEntry entry) {
        return tally.takes(nanos.getAsLong()) ? trail.submit(entry) : fold(tally, entry);
    }

    private RefusalTally tally(AuditEntry entry, String origin, int perSecond) {
        return tallies.computeIfAbsent(Key.of(entry, origin), _ -> new RefusalTally(perSecond));
    }

    private static CompletionStage<Receipt> fold(RefusalTally tally, AuditEntry entry) {
        tally.count(entry);
        return CompletableFuture.completedFuture(Receipt.unplaced());
    }

    /** Hands all counts to the trail; what it does not take is counted on. */
    void flush() {
        long now = nanos.getAsLong();
        tallies.forEach((key, tally) -> {
            tally.take()
                    .ifPresent(counted ->
                            trail.submit(counted)
                                    .whenComplete((_, failure) -> {
                                        if (failure != null) {
                                            tally.putBack(counted);
                                        }
                                    }));
            if (tally.isIdle(now)) {
                tallies.remove(key, tally);
            }
        });
    }

    /** The client's address, an IPv6 one cut to its /64; empty when a request had none. */
    private static String origin(AuditEntry entry) {
        String address = entry.client().map(Client::address).orElse("");
        try {
            if (address.indexOf(':') >= 0
                    && InetAddress.ofLiteral(address) instanceof Inet6Address six) {
                return HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES));
            }
        } catch (IllegalArgumentException _) {
            return address; // whatever a server called it
        }
        return address;
    }

    /** A last flush; the trail behind stays open. */
    @Override
    public void close() {
        if (clockwork != null) {
            clockwork.close();
        }
        flush();
    }
}
