// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.TrailReader;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one log to the audit stream: every entry and checkpoint once and in order, whatever fails
 * in between. It keeps no account of its own: after a start and after every error it asks the
 * stream for the last message of the log, compares it with the disk, and goes on behind it; and
 * each message names the one that it expects before it, so that of two attempts one is refused.
 *
 * <p>If the stream has something else than the disk, or more, the log was forked: it says so and
 * relays nothing any more. Runs on a thread of its own and reads beside the writer, so the request
 * path never waits for it. Thread-safe.
 */
public final class Relay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final int PAGE = 256;
    private static final Duration CHECKPOINT_MAY_COME = Duration.ofMillis(250);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration INSPECTION = Duration.ofSeconds(10);
    private static final Duration PRESENCE = Duration.ofMillis(300);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final StreamLink link;
    private final WriterPresence presence;
    private final TrailReader reader;
    private final String vkey;
    private final AuditStream stream;
    private final RelayMark mark;
    private final RelayGauge gauge;
    private final Acknowledged acknowledged = new Acknowledged();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Makes a relay that is not yet started.
     *
     * @param vkey the key that signs the log's checkpoints
     * @param directory of the trail; takes a small file
     */
    public Relay(
            StreamLink link,
            WriterPresence presence,
            TrailReader reader,
            String vkey,
            Path directory,
            StreamSettings settings,
            Clock clock) {
        this.link = link;
        this.presence = presence;
        this.reader = reader;
        this.vkey = vkey;
        this.stream = new AuditStream(settings);
        this.mark = new RelayMark(directory.resolve("relayed"));
        this.gauge = new RelayGauge(clock);
        this.thread = Thread.ofPlatform().name("audit-relay").daemon().unstarted(this::run);
    }

    /** Begins to relay as soon as there is a connection. */
    public void start() {
        thread.start();
    }

    /** For health and metrics. */
    public RelayStatus status() {
        return gauge.status(reader.size());
    }

    /** What the stream has confirmed, for those who wait for it. */
    Acknowledged acknowledged() {
        return acknowledged;
    }

    private void run() {
        Duration pause = SHORTEST_PAUSE;
        while (!isClosing()) {
            try {
                Optional<Connection> connection = link.connection();
                if (connection.isEmpty()) {
                    gauge.failed("no connection to the operations account"); // the link says so
                    pause = await(pause);
                    continue;
                }
                Session session = resume(connection.get());
                pause = SHORTEST_PAUSE;
                while (!isClosing()) {
                    session.step();
                }
            } catch (Forked e) {
                fork(e);
                return;
            } catch (IOException | JetStreamApiException | AuditUnavailable | RuntimeException e) {
                // Also a bug of ours: it may stop the relay for a while, not for good.
                retry(e);
                pause = await(pause);
            } catch (InterruptedException _) {
                break; // closing takes us out of a wait
            }
        }
        gauge.closed();
    }

    private void fork(Forked e) {
        gauge.forked(String.valueOf(e.getMessage()));
        acknowledged.fail("the log was forked: " + e.getMessage());
        log.error(
                "log {}: NOTHING IS RELAYED ANY MORE: {}. Somebody must find out why; see"
                        + " audit.md, \"A forked log\"",
                reader.origin(),
                e.getMessage());
    }

    private void retry(Exception e) {
        String why = e instanceof RuntimeException ? e.toString() : String.valueOf(e.getMessage());
        if (gauge.failed(why)) {
            log.warn("the audit trail is not relayed for the moment; still trying: {}", why);
        } else {
            log.debug("relaying failed again: {}", why);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private Duration await(Duration pause) {
        try {
            long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1);
            if (closing.await(pause.toMillis() + jitter, TimeUnit.MILLISECONDS)) {
                return pause;
            }
        } catch (InterruptedException _) {
            closing.countDown();
        }
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private Session resume(Connection connection)
            throws IOException,
                    JetStreamApiException,
                    AuditUnavailable,
                    Forked,
                    InterruptedException {
        StreamInfo info = stream.ensure(connection);
        String identity = info.getCreateTime().toInstant().toString();
        Optional<LastRelayed> last = LastRelayed.find(connection, reader);
        LogPlace place =
                last.map(LastRelayed::place)
                        .orElseGet(() -> beginning(mark.read(reader.origin().log(), identity)));
        Publisher publisher =
                new Publisher(
                        connection,
                        LogSubject.of(reader.origin()),
                        info.getConfiguration().getAllowAtomicPublish(),
                        last.map(LastRelayed::sequence).orElse(0L),
                        last.map(LastRelayed::checkpoint).orElse(0L));
        gauge.found(place);
        acknowledged.upTo(place.next());
        log.info(
                "relaying log {} from entry {}, of {}",
                reader.origin(),
                place.next(),
                reader.size());
        lookForRivals(connection);
        return new Session(connection, publisher, identity, place);
    }

    /** The stream has nothing of us: it is new, or its retention took all that there was. */
    private LogPlace beginning(Optional<LogPlace> marked) {
        if (marked.isPresent() && marked.get().next() <= reader.size()) {
            return marked.get();
        }
        if (reader.size() > PAGE) {
            log.warn(
                    "the stream has nothing of log {}: all {} entries are relayed (again)",
                    reader.origin(),
                    reader.size());
        }
        return LogPlace.START;
    }

    /** Relaying between two errors. Used by the relay's thread. */
    private final class Session {
        private final Connection connection;
        private final Publisher publisher;
        private final String identity;
        private LogPlace place;
        private long inspected = System.nanoTime();

        Session(Connection connection, Publisher publisher, String identity, LogPlace place) {
            this.connection = connection;
            this.publisher = publisher;
            this.identity = identity;
            this.place = place;
        }

        void step()
                throws IOException, JetStreamApiException, AuditUnavailable, InterruptedException {
            List<LogPiece> pieces = reader.pieces(place, PAGE);
            if (!pieces.isEmpty()) {
                publish(pieces);
                return;
            }
            mark.write(reader.origin().log(), identity, place);
            inspect();
            reader.awaitBeyond(place.next(), place.noted() ? IDLE : CHECKPOINT_MAY_COME);
        }

        private void publish(List<LogPiece> pieces) throws IOException, JetStreamApiException {
            List<StreamRecord.Draft> drafts =
                    pieces.stream()
                            .map(p -> StreamRecord.draft(p, reader.origin().log(), vkey))
                            .toList();
            while (!drafts.isEmpty() && !isClosing()) {
                int count = publisher.publish(drafts);
                place = drafts.get(count - 1).piece().after();
                gauge.published(count, place);
                acknowledged.upTo(place.next());
                drafts = drafts.subList(count, drafts.size());
            }
        }

        /** With nothing to publish, nobody would tell us that the stream is gone. */
        private void inspect() throws IOException, JetStreamApiException, InterruptedException {
            if (System.nanoTime() - inspected < INSPECTION.toNanos()) {
                return;
            }
            inspected = System.nanoTime();
            lookForRivals(connection);
            StreamInfo info = AuditStream.management(connection).getStreamInfo(AuditStream.NAME);
            if (!info.getCreateTime().toInstant().toString().equals(identity)) {
                throw new IOException("the stream was replaced by another of its name");
            }
        }
    }

    private void lookForRivals(Connection connection) throws InterruptedException {
        String rival = presence.ask(connection, PRESENCE).orElse("");
        if (gauge.rival(rival)) {
            log.error(
                    "ANOTHER PROCESS WRITES UNDER THE NAME {}: {}. Give it a name of its own",
                    presence.instance(),
                    rival);
        }
    }

    /**
     * Tries for up to two seconds to relay what is there, then stops. What is not relayed by then
     * is at the next start.
     */
    @Override
    public void close() {
        try {
            awaitRelayed();
            closing.countDown();
            acknowledged.fail("closing");
            thread.interrupt();
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            closing.countDown();
        }
    }

    private void awaitRelayed() throws InterruptedException {
        long end = System.nanoTime() + CLOSING.toNanos();
        RelayStatus now = status();
        while (now.behind() > 0
                && now.state() == RelayStatus.State.RELAYING
                && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
            now = status();
        }
    }
}
