// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.nats.relay.LogSubject;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.countersign.nats.relay.StreamUnreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the audit stream. */
record StreamFeed(StreamLink link, AuditIndex index, Reading reading) implements Feed {
    private static final Logger log = LoggerFactory.getLogger(StreamFeed.class);
    private static final String SOURCE = "stream";

    /** When the stream was made that the index is a copy of. */
    private static final String CREATED = "stream created";

    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final int BATCH = 4_000;
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Override
    public void run() throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                read();
            } catch (StreamUnreadable e) {
                log.warn("the audit stream cannot be read: {}; trying again", e.getMessage());
                reading.lost(String.valueOf(e.getMessage()));
                Thread.sleep(PAUSE);
            }
        }
    }

    private void read() throws StreamUnreadable, InterruptedException {
        StreamReader.Extent extent = StreamReader.extent(link);
        anew(extent);
        long first = retain(extent, 0);
        try (StreamReader reader = StreamReader.open(link, index.position(SOURCE))) {
            long looked = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                batch(reader);
                if (System.nanoTime() - looked > LOOK.toNanos()) {
                    StreamReader.Extent now = StreamReader.extent(link);
                    if (anew(now)) {
                        return; // begins again, at its beginning
                    }
                    first = retain(now, first);
                    looked = System.nanoTime();
                }
            }
        }
    }

    /** An index is a copy of one stream: of another one, or of one made anew, it knows nothing. */
    private boolean anew(StreamReader.Extent extent) {
        long made = extent.created().toEpochMilli();
        long known = index.position(CREATED);
        boolean another = known != 0 && known != made;
        if (another) {
            log.warn(
                    "the audit stream was made anew at {}: the index is built again from it",
                    extent.created());
            index.clear();
        }
        if (known != made) {
            index.take(CREATED, made, List.of());
        }
        return another;
    }

    /** What the stream's retention took goes here, too. The first sequence that it has. */
    private long retain(StreamReader.Extent extent, long before)
            throws StreamUnreadable, InterruptedException {
        if (extent.first() > before && extent.last() >= extent.first()) {
            try (StreamReader reader = StreamReader.open(link, extent.first())) {
                Optional<StreamMessage> oldest = reader.next(PAUSE);
                oldest.ifPresent(message -> index.retain(message.time()));
            }
        }
        return extent.first();
    }

    private void batch(StreamReader reader) throws StreamUnreadable, InterruptedException {
        List<Piece> pieces = new ArrayList<>();
        Optional<StreamMessage> message = reader.next(TICK);
        Optional<StreamMessage> last = Optional.empty();
        long next = 0;
        while (message.isPresent()) {
            last = message;
            next = message.get().sequence() + 1;
            piece(message.get()).ifPresent(pieces::add);
            boolean full = pieces.size() >= BATCH || message.get().isLast();
            message = full ? Optional.empty() : reader.next(TICK);
        }
        if (next > 0) {
            index.take(SOURCE, next, pieces);
        }
        tell(last);
    }

    private void tell(Optional<StreamMessage> last) {
        if (link.connection().isEmpty()) {
            reading.lost("no connection to the operations account");
        } else if (last.isPresent() && !last.get().isLast()) {
            reading.behind(last.get().time());
        } else if (last.isPresent() || reading.state() instanceof Reading.State.Lost) {
            reading.current(); // silence alone does not say that there is no more
        }
    }

    private static Optional<Piece> piece(StreamMessage message) {
        if (message.cosigned().isPresent()) {
            return Optional.of(
                    new Piece.Cosigned(message.cosigned().get(), message.time().toEpochMilli()));
        }
        if (message.log().isEmpty()) {
            log.warn("message {} of the stream is of no log", message.sequence());
            return Optional.empty();
        }
        LogSubject subject = message.log().get();
        long heard = message.time().toEpochMilli();
        if (message.record().isEmpty()) {
            return Optional.of(stranger(message, subject, message.flaw()));
        }
        return Optional.of(
                switch (message.record().get()) {
                    case StreamRecord.Entry entry -> entry(message, subject, entry);
                    case StreamRecord.Removed(var first, var leaves) ->
                            new Piece.Removed(
                                    subject.log(), subject.instance(), first, leaves, heard);
                    case StreamRecord.Noted(var size, var note, var vkey, var subtrees) ->
                            new Piece.Noted(
                                    subject.log(),
                                    subject.instance(),
                                    size,
                                    note,
                                    vkey,
                                    subtrees,
                                    heard);
                });
    }

    private static Piece entry(StreamMessage message, LogSubject subject, StreamRecord.Entry read) {
        try {
            AuditEntry entry = read.entry();
            if (!entry.log().equals(subject.log())
                    || !entry.instance().equals(subject.instance())
                    || entry.seq() != read.seq()) {
                return stranger(message, subject, "it is an entry of another place");
            }
            return new Piece.Entry(entry, read.body(), message.time().toEpochMilli());
        } catch (BadEntry e) {
            return stranger(message, subject, String.valueOf(e.getMessage()));
        }
    }

    private static Piece stranger(StreamMessage message, LogSubject subject, String why) {
        log.warn("message {} of the stream is not ours: {}", message.sequence(), why);
        return new Piece.Stranger(
                subject.log(),
                subject.instance(),
                "message %d of the stream is not ours: %s".formatted(message.sequence(), why),
                message.time().toEpochMilli());
    }
}
