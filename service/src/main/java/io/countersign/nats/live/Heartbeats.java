// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import io.nats.client.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other instances about once a second that this one is awake, and fences one that has
 * fallen silent: its NATS connections are ended over the system account (design, decision 19). A
 * server goes on giving a frozen process its share of logins for minutes; after the fence it
 * cannot.
 *
 * <p>Every instance may fence, the first by name at once and the others a little later; a second
 * kick of one connection hits nobody. A silent instance is fenced once, until it is heard again. So
 * one that is healthy and was not heard loses its connections, dials anew, and goes on. Who was
 * asleep, or did not listen, draws no conclusion from what it did not hear. Thread-safe.
 */
public final class Heartbeats implements AutoCloseable {
    /** How often an instance speaks, and how long a silence is tolerated. */
    public record Rhythm(Duration every, Duration silence) {
        public static final Rhythm DEFAULT =
                new Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    static final String SUBJECT = "countersign.peer.beat";

    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

    /** So often it is looked at the clock. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** A look that comes so late means that this process did not run. */
    private static final Duration ASLEEP = Duration.ofMillis(1500);

    /** Between the fences of different instances. */
    private static final Duration RANK = Duration.ofMillis(300);

    /** For so long a silent instance is one of us. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final String instance;
    private final long started;
    private final PeerSeal seal;
    private final Supplier<List<LinkPlace>> links;
    private final Kicker kicker;
    private final BiConsumer<String, Integer> fenced;
    private final Revisions revisions;
    private final Rhythm rhythm;
    private final Map<String, Peer> peers = new HashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("heartbeats").factory());
    private volatile @Nullable Connection current;
    private volatile boolean isAnySilent;
    private long number;
    private long lastLook = System.nanoTime();
    private volatile long lastBeat;

    /** Another instance: its last word, when it came, and whether its silence was dealt with. */
    private static final class Peer {
        private Beat last;
        private long heard;
        private long counted;
        private boolean fenced;

        Peer(Beat first, long now) {
            last = first;
            heard = now;
            counted = now;
        }
    }

    /**
     * Speaks from {@link #subscribe} on.
     *
     * @param started of this process, ms
     * @param links all NATS connections of this instance
     * @param revisions told what the others have in force
     * @param fenced told name and number of ended connections of an instance that was fenced
     */
    public Heartbeats(
            String instance,
            long started,
            PeerSeal seal,
            Supplier<List<LinkPlace>> links,
            Revisions revisions,
            Kicker kicker,
            BiConsumer<String, Integer> fenced,
            Rhythm rhythm) {
        this.instance = instance;
        this.started = started;
        this.seal = seal;
        this.links = links;
        this.revisions = revisions;
        this.kicker = kicker;
        this.fenced = fenced;
        this.rhythm = rhythm;
        lastBeat = System.nanoTime() - rhythm.every().toNanos();
        long millis = LOOK.toMillis();
        var _ = clock.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Listens, and from now on speaks, on this connection. */
    void subscribe(Connection connection) {
        connection
                .createDispatcher()
                .subscribe(
                        SUBJECT,
                        m ->
                                seal.open(SUBJECT, m.getData())
                                        .flatMap(Beat::read)
                                        .ifPresent(this::heard));
        current = connection;
        forgive();
    }

    private synchronized void heard(Beat beat) {
        if (beat.instance().equals(instance)) {
            return;
        }
        Peer known = peers.get(beat.instance());
        if (known != null && !beat.isAfter(known.last)) {
            return;
        }
        if (beat.isLeaving()) {
            peers.remove(beat.instance());
            return;
        }
        if (known == null) {
            log.info("instance {} is there", beat.instance());
            lastBeat = System.nanoTime() - rhythm.every().toNanos(); // it should know of us as soon
        } else if (known.fenced) {
            log.info("instance {} is back", beat.instance());
        }
        peers.put(beat.instance(), new Peer(beat, System.nanoTime()));
    }

    /** What was not heard until now means nothing: nobody listened. */
    private synchronized void forgive() {
        long now = System.nanoTime();
        peers.values().forEach(peer -> peer.counted = now);
    }

    private void look() {
        try {
            long now = System.nanoTime();
            boolean slept = now - lastLook > ASLEEP.toNanos();
            lastLook = now;
            Connection connection = current;
            boolean listening =
                    connection != null && connection.getStatus() == Connection.Status.CONNECTED;
            if (slept || !listening) {
                forgive();
            }
            if (connection != null && listening && now - lastBeat >= rhythm.every().toNanos()) {
                lastBeat = now;
                speak(connection, false);
            }
            revisions.look(ofTheAwake(now));
            List<Peer> silent = silent(now);
            if (!silent.isEmpty() && isHearing(connection)) {
                silent.stream().filter(this::isFirstFence).forEach(peer -> fence(peer.last));
            }
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            log.error("heartbeat", e);
        }
    }

    private synchronized void speak(Connection connection, boolean isLeaving) {
        try {
            Beat beat =
                    new Beat(instance, started, ++number, isLeaving, revisions.own(), links.get());
            connection.publish(SUBJECT, seal.question(SUBJECT, beat.bytes()));
        } catch (IllegalStateException e) {
            log.debug("not connected: {}", e.getMessage());
        }
    }

    private synchronized Map<String, String> ofTheAwake(long now) {
        Map<String, String> found = new HashMap<>();
        peers.forEach((name, peer) -> {
            if (now - peer.counted < rhythm.silence().toNanos()) {
                found.put(name, peer.last.revision());
            }
        });
        return found;
    }

    /** Those whose silence has lasted long enough for us to act. */
    private synchronized List<Peer> silent(long now) {
        peers.values().removeIf(peer -> now - peer.heard > REMEMBERED.toNanos());
        TreeSet<String> awake = new TreeSet<>(List.of(instance));
        for (Map.Entry<String, Peer> each : peers.entrySet()) {
            if (now - each.getValue().counted < rhythm.silence().toNanos()) {
                awake.add(each.getKey());
            }
        }
        isAnySilent = awake.size() <= peers.size();
        long rank = awake.headSet(instance).size() * RANK.toNanos();
        List<Peer> silent = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (!peer.fenced && now - peer.counted >= rhythm.silence().toNanos() + rank) {
                silent.add(peer);
            }
        }
        return silent;
    }

    /** False if it was heard meanwhile. */
    private synchronized boolean isFirstFence(Peer peer) {
        boolean first = !peer.fenced && peers.containsValue(peer);
        peer.fenced = true;
        return first;
    }

    /** A round trip: the silence is not that of our own connection. */
    private boolean isHearing(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.flush(Duration.ofSeconds(1));
                return true;
            }
        } catch (java.util.concurrent.TimeoutException | IllegalStateException e) {
            log.warn("our own connection is silent: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void fence(Beat silent) {
        Thread.startVirtualThread(() -> {
            int ended = 0;
            for (LinkPlace link : silent.links()) {
                Kicker.Kick kick = kicker.kick(link.server(), link.cid()).join();
                ended += kick == Kicker.Kick.ENDED ? 1 : 0;
            }
            if (!kicker.isAble()) {
                log.warn(
                        "instance {} is silent; without system credentials it cannot be fenced:"
                                + " servers go on giving it logins if it hangs",
                        silent.instance());
            } else if (ended > 0) {
                log.warn(
                        "instance {} is silent: {} of its connections were ended",
                        silent.instance(),
                        ended);
                fenced.accept(silent.instance(), ended);
            } else {
                log.warn("instance {} is silent and has no connections", silent.instance());
            }
        });
    }

    /** Names of the other instances that were heard lately. */
    public synchronized List<String> others() {
        return awake(true);
    }

    /** Names of the other instances that have fallen silent, for ten minutes. */
    public synchronized List<String> silent() {
        return awake(false);
    }

    private List<String> awake(boolean wanted) {
        long now = System.nanoTime();
        return peers.entrySet().stream()
                .filter(each ->
                        (now - each.getValue().counted < rhythm.silence().toNanos()) == wanted)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** True while an instance is silent that should not be: decisions then say so. */
    public boolean isAnySilent() {
        return isAnySilent;
    }

    /** Says good-bye, so that nobody takes the silence for a fault. */
    void leave() {
        clock.shutdownNow();
        Optional.ofNullable(current).ifPresent(connection -> speak(connection, true));
    }

    @Override
    public void close() {
        leave();
    }
}
