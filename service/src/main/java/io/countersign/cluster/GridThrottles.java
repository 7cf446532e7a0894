// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.countersign.cluster.throttle.SharedThrottles;
import io.countersign.cluster.throttle.Throttles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Throttles over Hazelcast: states in a map, changed where they are; hints and lockouts told to all
 * members, sealed as everything that instances say to one another. States are not sealed: a
 * stranger on the port can disturb counting, but neither make nor lift a lockout.
 *
 * <p>Every call has a limit. A member that did not answer a few times in a row is not asked again
 * for half a second, so that while it hangs it costs a few logins 50 ms, and the others nothing.
 * Thread-safe.
 */
public final class GridThrottles implements SharedThrottles, AutoCloseable {
    /** Lockouts, and the end of lockouts. */
    static final int LOCKOUTS = 20;

    /** All lockouts, if they differ from the asker's. */
    static final int COMPARE = 21;

    /** Keys that something is known of. */
    static final int HINTS = 22;

    /** From where names got in. */
    static final int KNOWN = 23;

    private static final Logger log = LoggerFactory.getLogger(GridThrottles.class);
    private static final Duration LEFT_ALONE = Duration.ofMillis(500);

    /** Late answers in a row; one may be a pause of ours. */
    private static final int ENOUGH = 3;

    private static final Duration TOLD = Duration.ofSeconds(2);
    private static final int WARM_UPS = 300;
    private static final int VISITS_AT_ONCE = 2000;
    private static final int HINTS_EVERY_MILLIS = 20;
    private static final int SETTLED_EVERY_MILLIS = 100;
    private static final int COMPARED_EVERY_MILLIS = 3000;
    private static final int MOST_HINTS = 50_000;
    private static final int HINTS_AT_ONCE = 8000;

    /** One for all: its stack trace says nothing. */
    private static final CompletableFuture<byte[]> NOT_ASKED =
            CompletableFuture.failedFuture(new TimeoutException("not asked"));

    /**
     * How long an answer is waited for.
     *
     * @param judging while a login waits that may be let in
     * @param counting while one waits that is refused
     */
    record Patience(Duration judging, Duration counting) {
        static final Patience DEFAULT = new Patience(Duration.ofMillis(50), Duration.ofMillis(250));
    }

    private final Grid grid;
    private final Patience patience;
    private final Throttles throttles;
    private final Semaphore visits = new Semaphore(VISITS_AT_ONCE);
    private final Map<UUID, Silence> silent = new ConcurrentHashMap<>();
    private final Map<Hint, Set<Long>> hints = new EnumMap<>(Hint.class);
    private final ScheduledExecutorService working =
            Executors.newScheduledThreadPool(
                    2, Thread.ofPlatform().daemon().name("grid-throttles-", 0).factory());
    private volatile int instances = 1;

    GridThrottles(Grid grid, Throttles throttles, Patience patience) {
        this.grid = grid;
        this.patience = patience;
        this.throttles = throttles;
        for (Hint hint : Hint.values()) {
            hints.put(hint, ConcurrentHashMap.newKeySet());
        }
        grid.answers(LOCKOUTS, this::take);
        grid.answers(COMPARE, this::differing);
        grid.answers(HINTS, this::hinted);
        grid.answers(KNOWN, _ -> keys(throttles.known()));
        begin();
    }

    /** Asked for anew, since the member may be another one by now. */
    private IMap<Long, byte[]> states() {
        return grid.member().getMap(GridMember.THROTTLES);
    }

    private void begin() {
        instances = grid.instances();
        warmUp();
        // Before the first login comes: a disk may be empty, or older than what the others know.
        quietly(this::learnKnown);
        quietly(this::compare);
        every(HINTS_EVERY_MILLIS, this::tellHints);
        every(SETTLED_EVERY_MILLIS, this::settle);
        every(COMPARED_EVERY_MILLIS, this::compare);
    }

    /** The first calls of a JVM are slow, and should not be a login's. */
    private void warmUp() {
        List<CompletableFuture<byte[]>> all = new ArrayList<>();
        for (long key = 1; key <= WARM_UPS; key++) {
            all.add(
                    states().<byte[]>submitToKey(key, new ThrottleVisit(new byte[0]))
                            .toCompletableFuture());
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, TOLD.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> null)
                .join();
    }

    private void every(int millis, Runnable work) {
        var _ =
                working.scheduleWithFixedDelay(
                        () -> quietly(work), millis, millis, TimeUnit.MILLISECONDS);
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (HazelcastInstanceNotActiveException _) {
            // It is being closed.
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            log.error("throttles of the cluster", e);
        }
    }

    private void settle() {
        instances = grid.instances();
        throttles.settle();
    }

    @Override
    public int instances() {
        return instances;
    }

    @Override
    public CompletableFuture<byte[]> visit(long key, byte[] visit, boolean isCounted) {
        Duration limit = isCounted ? patience.counting() : patience.judging();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            // For a moment after a member died its keys have no owner: the call waits for the next.
            @Nullable Member owner =
                    grid.member().getPartitionService().getPartition(key).getOwner();
            if ((owner != null && isSilent(owner.getUuid())) || !visits.tryAcquire()) {
                return NOT_ASKED;
            }
            var _ =
                    answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete((_, error) -> {
                                visits.release();
                                if (owner != null) {
                                    heard(owner.getUuid(), !(error instanceof TimeoutException));
                                }
                            });
            var _ =
                    states().<byte[]>submitToKey(key, new ThrottleVisit(visit))
                            .whenCompleteAsync(
                                    (bytes, error) -> {
                                        if (error == null) {
                                            answer.complete(bytes);
                                        } else {
                                            answer.completeExceptionally(error);
                                        }
                                    },
                                    Runnable::run);
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** Answers that a member owes in a row, and until when it is left alone. */
    private record Silence(int times, long until) {}

    private boolean isSilent(UUID owner) {
        Silence silence = silent.get(owner);
        return silence != null && silence.times >= ENOUGH && System.nanoTime() - silence.until < 0;
    }

    private void heard(UUID owner, boolean inTime) {
        if (inTime) {
            if (!silent.isEmpty()) {
                silent.remove(owner);
            }
        } else {
            long until = System.nanoTime() + LEFT_ALONE.toNanos();
            silent.merge(owner, new Silence(1, until), (a, b) -> new Silence(a.times + 1, b.until));
        }
    }

    @Override
    public void hint(Hint hint, long key) {
        Set<Long> waiting = waiting(hint);
        if (waiting.size() < MOST_HINTS) {
            waiting.add(key);
        }
    }

    private Set<Long> waiting(Hint hint) {
        Set<Long> waiting = hints.get(hint);
        if (waiting == null) {
            throw new IllegalStateException("every hint has a set: " + hint);
        }
        return waiting;
    }

    private void tellHints() {
        for (Hint hint : Hint.values()) {
            Set<Long> waiting = waiting(hint);
            if (waiting.isEmpty()) {
                continue;
            }
            List<Long> some = waiting.stream().limit(HINTS_AT_ONCE).toList();
            some.forEach(waiting::remove);
            byte[] body =
                    ByteBuffer.allocate(1 + Long.BYTES * some.size())
                            .put(hint.code())
                            .put(keys(some))
                            .array();
            grid.tellAll(HINTS, body, TOLD);
        }
    }

    private byte[] hinted(byte[] body) {
        Optional<Hint> hint = body.length == 0 ? Optional.empty() : Hint.of(body[0]);
        if (hint.isPresent()) {
            keys(ByteBuffer.wrap(body, 1, body.length - 1))
                    .forEach(key -> throttles.hinted(hint.get(), key));
        }
        return new byte[0];
    }

    private static byte[] keys(Collection<Long> keys) {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES * keys.size());
        keys.forEach(out::putLong);
        return out.array();
    }

    private static List<Long> keys(ByteBuffer in) {
        List<Long> keys = new ArrayList<>(in.remaining() / Long.BYTES);
        while (in.remaining() >= Long.BYTES) {
            keys.add(in.getLong());
        }
        return keys;
    }

    @Override
    public void announce(Collection<byte[]> lockouts) {
        grid.tellAll(LOCKOUTS, packed(lockouts), TOLD);
    }

    private byte[] take(byte[] body) {
        throttles.merge(GridAnswers.unpacked(body));
        return new byte[] {1};
    }

    private byte[] differing(byte[] digest) {
        boolean isEqual =
                digest.length == Long.BYTES
                        && ByteBuffer.wrap(digest).getLong() == throttles.book().digest();
        return isEqual ? new byte[0] : packed(throttles.book().records());
    }

    private static byte[] packed(Collection<byte[]> records) {
        int length = records.stream().mapToInt(record -> Short.BYTES + record.length).sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        records.forEach(record -> out.putShort((short) record.length).put(record));
        return out.array();
    }

    /** After a split, a restart or a message that was lost: all end with the same lockouts. */
    private void compare() {
        byte[] digest = ByteBuffer.allocate(Long.BYTES).putLong(throttles.book().digest()).array();
        int news = 0;
        for (byte[] theirs : grid.askAll(COMPARE, digest, TOLD)) {
            news += throttles.merge(GridAnswers.unpacked(theirs));
        }
        if (news > 0) {
            log.info("{} lockouts came from other instances", news);
        }
    }

    private void learnKnown() {
        for (byte[] theirs : grid.askAll(KNOWN, new byte[0], TOLD)) {
            keys(ByteBuffer.wrap(theirs)).forEach(key -> throttles.hinted(Hint.KNOWN, key));
        }
    }

    @Override
    public void close() {
        working.shutdownNow();
    }
}
