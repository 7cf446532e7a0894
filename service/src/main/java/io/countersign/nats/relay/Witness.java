// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.witness.FollowedLog;
import io.countersign.audit.witness.Refusal;
import io.countersign.audit.witness.WitnessedLogs;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Co-signs the logs of all other instances: follows the stream and, every so often, puts a
 * signature under each log's newest checkpoint that extends what was signed before (decision record
 * 0055). Runs on a thread of its own, and nothing waits for it. Thread-safe.
 */
public final class Witness implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Witness.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A witness that has much to catch up with takes a quarter of a core, not a whole one. */
    private static final int STRIDE = 1000;

    private static final Duration REST = Duration.ofMillis(75);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final StreamLink link;
    private final String instance;
    private final WitnessedLogs logs;
    private final long everyNanos;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<String> said = new HashSet<>();
    private final Thread thread;
    private long signatures;
    private volatile WitnessStatus status = WitnessStatus.NOTHING;

    /**
     * Makes one that is not yet started.
     *
     * @param instance whose own logs are left out
     * @param every how long it waits, at least, between two signatures for one log
     */
    public Witness(
            StreamLink link, String instance, WitnessedLogs logs, Duration every, Clock clock) {
        this.link = link;
        this.instance = instance;
        this.logs = logs;
        this.everyNanos = every.toNanos();
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("audit-witness").daemon().unstarted(this::run);
    }

    /** Begins as soon as there is a connection and a stream. */
    public void start() {
        thread.start();
    }

    /** For health and metrics. */
    public WitnessStatus status() {
        return status;
    }

    private void run() {
        while (closing.getCount() > 0) {
            try {
                if (link.connection().isPresent()) {
                    follow();
                }
                closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (StreamUnreadable e) {
                log.debug("the witness begins again: {}", e.getMessage()); // the relay says it
                pause();
            } catch (IOException | RuntimeException e) {
                // Also a bug of ours: it may stop the witness for a while, not for good.
                if (closing.getCount() > 0) {
                    log.warn("the witness begins again: {}", e.toString());
                }
                pause();
            } catch (InterruptedException _) {
                return; // closing takes us out of a wait
            }
        }
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            closing.countDown();
        }
    }

    /** One reading: until the stream is another one. */
    private void follow() throws IOException, StreamUnreadable, InterruptedException {
        StreamReader.Extent extent = StreamReader.extent(link);
        String stream = extent.created().toString();
        long position = logs.resume(stream, extent.last());
        WitnessDesk desk = new WitnessDesk(link.require(), instance, logs.vkey());
        desk.compare(logs, position > 0 ? extent.first() : Long.MAX_VALUE);
        tell(0);
        try (StreamReader reader = StreamReader.open(link, position + 1)) {
            long looked = System.nanoTime();
            long signed = looked;
            boolean first = true;
            int rounds = 0;
            long saved = position;
            long read = 0;
            while (closing.getCount() > 0) {
                Optional<StreamMessage> message = reader.next(TICK);
                if (message.isPresent()) {
                    position = message.get().sequence();
                    take(message.get());
                }
                long now = System.nanoTime();
                boolean caughtUp = message.isEmpty() || message.get().isLast();
                if (!caughtUp && ++read % STRIDE == 0) {
                    closing.await(REST.toMillis(), TimeUnit.MILLISECONDS);
                }
                if ((first && caughtUp) || now - signed >= everyNanos) {
                    first = false;
                    signed = now;
                    signatures += logs.sign(clock.instant());
                    desk.publish(logs);
                    if (position > saved) {
                        logs.save(stream, position);
                        saved = position;
                    }
                    tell(caughtUp ? ++rounds : 0);
                }
                if (now - looked >= LOOK.toNanos()) {
                    looked = now;
                    if (!StreamReader.extent(link).created().equals(extent.created())) {
                        return; // another stream of the name
                    }
                }
            }
        }
    }

    private void take(StreamMessage message) {
        if (message.log().isEmpty() || message.log().get().instance().equals(instance)) {
            return;
        }
        LogSubject subject = message.log().get();
        FollowedLog followed = logs.of(subject.instance(), subject.log());
        if (message.record().isEmpty()) {
            followed.refuse(
                    true,
                    "message %d of the stream is not one of a log: %s"
                            .formatted(message.sequence(), message.flaw()));
            return;
        }
        switch (message.record().get()) {
            case StreamRecord.Entry(var seq, var body) -> followed.entry(seq, body);
            case StreamRecord.Removed(var first, var leaves) -> followed.removed(first, leaves);
            case StreamRecord.Noted(var size, var note, var vkey, var subtrees) ->
                    followed.checkpoint(size, note, vkey, subtrees, message.sequence());
        }
    }

    /**
     * Says what is wrong, once.
     *
     * @param rounds since the end of the stream was reached; a log that the relay of its instance
     *     brings once more needs a while
     */
    private void tell(int rounds) {
        List<String> complaints = new ArrayList<>();
        for (FollowedLog followed : logs.all()) {
            String name = followed.instance() + "/" + followed.log();
            if (followed.refusal().isPresent()) {
                complaints.add(name + ": " + refused(name, followed.refusal().get()));
            } else if (!followed.isExtending() && rounds > 1) {
                complaints.add(name + ": " + shortened(name, followed));
            }
        }
        status = new WitnessStatus(logs.all().size(), signatures, complaints);
    }

    private String refused(String name, Refusal refusal) {
        if (said.add(name + refusal.what())) {
            String text = "log {}: IS NOT CO-SIGNED ANY MORE: {}. See audit.md, \"Witnesses\"";
            if (refusal.contradicts()) {
                log.error(text, name, refusal.what());
            } else {
                log.warn(text, name, refusal.what());
            }
        }
        return refusal.what();
    }

    private String shortened(String name, FollowedLog followed) {
        String what =
                "the stream has %d of the %d entries that were co-signed"
                        .formatted(
                                followed.size(), followed.signed().map(s -> s.size()).orElse(0L));
        if (said.add(name)) {
            log.error("log {}: {}. See audit.md, \"Witnesses\"", name, what);
        }
        return what;
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
