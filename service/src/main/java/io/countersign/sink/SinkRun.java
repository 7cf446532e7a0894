// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.BadEntry;
import io.countersign.audit.StoredEntry;
import io.countersign.audit.TrailReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one sink from the log: a page, then the cursor, then the next page. A page that fails is
 * tried again for ever, less and less often, so nothing is passed over; memory holds one page. Runs
 * on a thread of its own and reads beside the writer, so the request path never waits for it.
 */
final class SinkRun implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SinkRun.class);

    /** Entries of a page. One of them may have some 50 KB, but usually has 1. */
    private static final int PAGE = 256;

    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** What may be set for a test. */
    record Pace(Duration gather, Duration firstPause, Duration longestPause) {
        /** Waits a moment for a page to fill, because each one costs a request or an fsync. */
        static final Pace USUAL =
                new Pace(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private final SinkSettings settings;
    private final Sink sink;
    private final SinkCursor cursor;
    private final TrailReader reader;
    private final String version;
    private final Pace pace;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicLong delivered = new AtomicLong();
    private volatile long next;
    private volatile String failure = "";

    SinkRun(
            SinkSettings settings,
            Sink sink,
            SinkCursor cursor,
            TrailReader reader,
            String version,
            Pace pace) {
        this.settings = settings;
        this.sink = sink;
        this.cursor = cursor;
        this.reader = reader;
        this.version = version;
        this.pace = pace;
        this.next = cursor.next();
        this.thread =
                Thread.ofPlatform()
                        .name("audit-sink-" + settings.name())
                        .daemon()
                        .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    SinkStatus status() {
        return new SinkStatus(
                settings.name(), delivered.get(), Math.max(0, reader.size() - next), failure);
    }

    private void run() {
        Duration pause = pace.firstPause();
        while (!isClosing()) {
            try {
                step();
                pause = pace.firstPause();
            } catch (IOException | AuditUnavailable | RuntimeException e) {
                // Also a bug of ours: it may stop the sink for a while, not for good.
                if (isClosing()) {
                    return;
                }
                failed(e);
                pause = await(pause);
            } catch (InterruptedException _) {
                return; // closing takes us out of a wait
            }
        }
    }

    private void step() throws IOException, AuditUnavailable, InterruptedException {
        long from = cursor.next();
        reader.awaitBeyond(from, IDLE);
        long size = reader.size();
        if (size <= from) {
            return;
        }
        if (size - from < PAGE && closing.await(pace.gather().toNanos(), TimeUnit.NANOSECONDS)) {
            return;
        }
        size = reader.size();
        List<StoredEntry> page = reader.from(from, PAGE);
        List<SinkEvent> events = events(page);
        if (!events.isEmpty()) {
            sink.deliver(events);
        }
        // What retention took before we came is not there any more.
        long to = page.isEmpty() ? size : page.getLast().seq() + 1;
        cursor.advance(to);
        next = to;
        delivered.addAndGet(events.size());
        succeeded();
    }

    private List<SinkEvent> events(List<StoredEntry> page) {
        List<SinkEvent> events = new ArrayList<>(page.size());
        for (StoredEntry stored : page) {
            try {
                AuditEntry entry = stored.entry();
                settings.format()
                        .line(entry, stored.body(), version)
                        .ifPresent(line -> events.add(new SinkEvent(entry, line)));
            } catch (BadEntry e) {
                log.error(
                        "sink {}: entry {} of the trail is none: {}",
                        settings.name(),
                        stored.seq(),
                        e.getMessage());
            }
        }
        return events;
    }

    private void failed(Exception e) {
        String why = e instanceof RuntimeException ? e.toString() : String.valueOf(e.getMessage());
        if (failure.isEmpty()) {
            log.warn("sink {}: {}; entries wait in the trail", settings.name(), why);
        }
        failure = why;
    }

    private void succeeded() {
        if (!failure.isEmpty()) {
            log.info("sink {}: works again", settings.name());
            failure = "";
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
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(pace.longestPause()) > 0 ? pace.longestPause() : longer;
    }

    /** What is under way is broken off and handed over at the next start. */
    @Override
    public void close() {
        closing.countDown();
        sink.close();
        thread.interrupt();
        try {
            thread.join(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
