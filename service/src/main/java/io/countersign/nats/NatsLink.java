// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.nats.live.LinkPlace;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One place of ours in NATS that is never given up: when its connection ends the next one is
 * dialled at once, at another server first. Thread-safe.
 *
 * <p>A connection is also replaced before it ends: when its server announces that it will stop
 * (lame duck mode), when a sibling is on the same server while another server has none of us
 * ({@link ServerSpread}); and when the file with its credentials was replaced, because a server
 * ends connections whose signing key is taken away. Then the new connection is made ready first,
 * and the old one leaves in order after it, so that nothing is lost.
 *
 * <p>Ready means: connected, subscribed, and the server has confirmed it. A server does not notice
 * that a responder is missing, so a subscription counts only after a flush.
 */
final class NatsLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NatsLink.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final Duration LEAVE = Duration.ofSeconds(5);

    /** How often a link looks whether another server would be the better place. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** What a link is for. */
    interface Purpose {
        /** Keeps a connection and nothing on it. */
        Purpose NOTHING =
                new Purpose() {
                    @Override
                    public void begin(Connection connection) {}

                    @Override
                    public void end(Connection connection, Duration limit) {}
                };

        /** Sets up subscriptions on a new connection, before it counts as ready. */
        void begin(Connection connection);

        /** The subject without which a connection is of no use; empty if there is none. */
        default String indispensable() {
            return "";
        }

        /**
         * Leaves a connection that was replaced, or is closed in order: takes no more messages,
         * finishes what is under way. The link closes it after that.
         *
         * @param limit the longest that this may take
         */
        void end(Connection connection, Duration limit) throws InterruptedException;
    }

    /** Subscriptions that may just end, and questions of ours that then have had their answer. */
    private record Asking(Consumer<Connection> subscribe) implements Purpose {
        /** Longer than anybody waits for an answer on a link. */
        private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);

        @Override
        public void begin(Connection connection) {
            subscribe.accept(connection);
        }

        @Override
        public void end(Connection connection, Duration limit) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(Math.min(LONGEST_QUESTION.toNanos(), limit.toNanos()));
        }
    }

    private final NatsDialer dialer;
    private final ServerSpread spread;
    private final ServerSpread.Place place;
    private final String name;
    private final Purpose purpose;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final Semaphore wake = new Semaphore(0);
    private final Set<Thread> leaving = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private volatile @Nullable Held held;
    private @Nullable Thread keeper;

    /**
     * Makes a link that is not yet started and has no siblings.
     *
     * @param name shown in the server's connection list
     * @param subscribe sets up subscriptions on each new connection, before it counts as ready
     */
    NatsLink(NatsTarget target, String name, Consumer<Connection> subscribe) {
        this(target, name, alone(target), new Asking(subscribe));
    }

    /**
     * Makes a link that is not yet started.
     *
     * @param spread shared with its siblings
     */
    NatsLink(NatsTarget target, String name, ServerSpread spread, Purpose purpose) {
        this.dialer = new NatsDialer(target, name);
        this.name = name;
        this.spread = spread;
        this.place = spread.newPlace();
        this.purpose = purpose;
    }

    private static ServerSpread alone(NatsTarget target) {
        return new ServerSpread(target.servers(), System::nanoTime, ThreadLocalRandom.current());
    }

    /** One connection while it is ours. */
    private final class Held {
        private final String url;
        private final Optional<String> credentials = dialer.credentials();
        private volatile @Nullable Connection connection;
        private volatile boolean confirmed;
        private volatile boolean lame;
        private volatile boolean gone;

        Held(String url) {
            this.url = url;
        }

        void changed(Events event) {
            switch (event) {
                case LAME_DUCK -> lame = true;
                case DISCONNECTED, CLOSED -> gone = true;
                default -> {}
            }
            wake.release();
        }

        boolean isReady() {
            return confirmed && !gone;
        }

        /** Whether a dial now would log in with something else. */
        boolean isOutdated() {
            Optional<String> now = dialer.credentials();
            return now.isPresent() && !now.equals(credentials);
        }

        Connection connection() {
            Connection now = connection;
            if (now == null) {
                throw new IllegalStateException(name + ": not connected");
            }
            return now;
        }
    }

    /** Begins to dial. */
    void start() {
        keeper = Thread.ofVirtual().name("nats-" + name).start(this::keep);
    }

    /** Completes when the link was ready for the first time. */
    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    boolean isReady() {
        Held now = held;
        return now != null && now.isReady() && !closing;
    }

    /** The live connection; empty while there is none that could be used. */
    Optional<Connection> connection() {
        Held now = held;
        return now != null && now.isReady() ? Optional.of(now.connection()) : Optional.empty();
    }

    String name() {
        return name;
    }

    /** Where it is; empty while it is nowhere. */
    Optional<LinkPlace> at() {
        return connection().map(connection -> LinkPlace.of(name, connection));
    }

    private void keep() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closing) {
                Held now = held;
                if (now == null || now.gone) {
                    boolean done = settle(now);
                    pause = done ? FIRST_PAUSE : waitLonger(pause);
                } else if (now.lame) {
                    // Without another server it stays until the end.
                    boolean done = replace(now, place.elsewhere(), false);
                    pause = done ? FIRST_PAUSE : waitLonger(pause);
                } else if (now.isOutdated()) {
                    boolean done = renew(now);
                    pause = done ? FIRST_PAUSE : waitLonger(pause);
                } else {
                    replace(now, place.free(), true);
                    await(LOOK);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Dials until somebody takes us. The first round over all servers is without any pause. */
    private boolean settle(@Nullable Held lost) throws InterruptedException {
        if (lost != null) {
            log.warn("{}: the connection to {} ended; dialling anew", name, lost.url);
            held = null;
            place.lost();
        }
        for (String url : place.anywhere()) {
            Held fresh = open(url);
            if (fresh != null && take(fresh)) {
                return true;
            }
        }
        return false;
    }

    /** Another connection before this one leaves. */
    private boolean replace(Held old, List<String> urls, boolean onlyFree)
            throws InterruptedException {
        for (String url : urls) {
            Held fresh = closing ? null : open(url);
            if (fresh == null) {
                continue;
            }
            String server = serverId(fresh);
            if (server.equals(serverId(old)) || (onlyFree && place.isTaken(server))) {
                place.seen(url, server);
                close(fresh.connection());
            } else if (take(fresh)) {
                leave(old);
                return true;
            }
        }
        return false;
    }

    /**
     * A new login at the same server, before the old one leaves. One that is not let in changes
     * nothing, and is tried again: the file may be a half-written one.
     */
    private boolean renew(Held old) throws InterruptedException {
        Held fresh = open(old.url);
        if (fresh == null || !take(fresh)) {
            log.warn("{}: the new credentials are not taken by {}; the old stay", name, old.url);
            return false;
        }
        log.info("{}: logged in with the new credentials", name);
        leave(old);
        return true;
    }

    private @Nullable Held open(String url) throws InterruptedException {
        place.aim(url);
        Held fresh = new Held(url);
        try {
            Connection connection = dialer.dial(url, fresh::changed);
            if (closing) {
                close(connection); // nobody would, later
                return null;
            }
            fresh.connection = connection;
            spread.discovered(connection.getServerInfo().getConnectURLs());
            return fresh;
        } catch (IOException | IllegalStateException | UncheckedIOException e) {
            place.failed(url);
            if (!firstReady.isDone() || held == null) {
                log.info("{}: {} does not take us: {}", name, url, e.getMessage());
            }
            return null;
        }
    }

    /** Subscribes; a flush answers only after the server has taken our subscriptions. */
    private boolean take(Held fresh) throws InterruptedException {
        Connection connection = fresh.connection();
        try {
            purpose.begin(connection);
            connection.flush(FLUSH);
            checkSubscribed(connection);
        } catch (TimeoutException | IllegalStateException e) {
            log.warn("{}: {} did not confirm: {}", name, fresh.url, e.getMessage());
            place.failed(fresh.url);
            close(connection);
            return false;
        }
        fresh.confirmed = true;
        place.took(fresh.url, serverId(fresh));
        held = fresh;
        firstReady.complete(null);
        log.info("{}: ready on {}", name, fresh.url);
        return true;
    }

    /** A refused subscription comes as an error before the flush is answered, and nothing ends. */
    private void checkSubscribed(Connection connection) {
        String subject = purpose.indispensable();
        String error = connection.getLastError();
        if (!subject.isEmpty() && error != null && error.contains("\"" + subject + "\"")) {
            throw new IllegalStateException(
                    error + " (expected: permission to subscribe it, with our queue group)");
        }
    }

    private static String serverId(Held held) {
        return held.connection().getServerInfo().getServerId();
    }

    /** In a thread of its own: what is under way there must not keep us from the next move. */
    private void leave(Held old) {
        log.info("{}: leaves {}", name, old.url);
        Thread thread =
                Thread.ofVirtual()
                        .name("nats-" + name + "-leaves")
                        .unstarted(() -> {
                            try {
                                purpose.end(old.connection(), LEAVE);
                            } catch (InterruptedException e) {
                                log.debug("{}: closed while leaving", name);
                            } finally {
                                leaving.remove(Thread.currentThread());
                                close(old.connection());
                            }
                        });
        leaving.add(thread);
        thread.start();
    }

    /** Not interruptible: a connection that stays open would go on taking messages. */
    private static void close(Connection connection) {
        boolean interrupted = Thread.interrupted();
        try {
            connection.close();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration waitLonger(Duration pause) throws InterruptedException {
        long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1);
        await(pause.plusMillis(jitter));
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private void await(Duration limit) throws InterruptedException {
        if (wake.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }

    /**
     * Stops dialling, and leaves in order: what is under way is finished.
     *
     * @param limit for all of it
     */
    void drain(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        stopKeeper();
        Held now = held;
        if (now != null && !now.gone) {
            purpose.end(now.connection(), left(end));
        }
        for (Thread each : leaving) {
            each.join(left(end));
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    }

    private void stopKeeper() throws InterruptedException {
        closing = true;
        wake.release();
        Thread running = keeper;
        if (running != null) {
            running.join(Duration.ofSeconds(5));
        }
    }

    /** Closes the connection and stops dialling. */
    @Override
    public void close() {
        try {
            stopKeeper();
            Held now = held;
            held = null;
            if (now != null) {
                close(now.connection());
            }
            for (Thread each : leaving) {
                each.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
