// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.countersign.nats.relay.StreamUnreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a source into the index until its thread is interrupted. */
public interface Feed {
    /** Reads what there is and then what comes; returns when interrupted. */
    void run() throws IOException, TrailRefused, InterruptedException;

    /** The file of one trail, which its instance may be writing. */
    static Feed ofTrail(Path file, AuditIndex index) {
        return new OfTrail(file, index, false);
    }

    /** The file of one trail as it stands: ends at its end. */
    static Feed ofTrailOnce(Path file, AuditIndex index) {
        return new OfTrail(file, index, true);
    }

    /** The audit stream, that is, the trails of all instances. */
    static Feed ofStream(StreamLink link, AuditIndex index) {
        return new OfStream(link, index);
    }

    /** See {@link #ofTrail}. */
    record OfTrail(Path file, AuditIndex index, boolean ends) implements Feed {
        private static final int BATCH = 1_000;
        private static final Duration PAUSE = Duration.ofMillis(300);

        @Override
        public void run() throws IOException, TrailRefused, InterruptedException {
            try (TrailFile trail = TrailFile.open(file)) {
                String source = "trail " + trail.origin();
                LogPlace place = new LogPlace(index.position(source), true);
                while (!Thread.currentThread().isInterrupted()) {
                    List<LogPiece> pieces = trail.pieces(place, BATCH);
                    if (pieces.isEmpty()) {
                        if (ends) {
                            return;
                        }
                        Thread.sleep(PAUSE);
                        continue;
                    }
                    place = pieces.getLast().after();
                    index.ingest(source, place.next(), entries(pieces));
                }
            }
        }

        private static List<AuditEntry> entries(List<LogPiece> pieces) throws IOException {
            List<AuditEntry> entries = new ArrayList<>();
            for (LogPiece piece : pieces) {
                if (piece instanceof LogPiece.Present present) {
                    try {
                        entries.add(present.entry().entry());
                    } catch (BadEntry e) {
                        throw new IOException(
                                "entry %d: %s".formatted(present.entry().seq(), e.getMessage()), e);
                    }
                }
            }
            return entries;
        }
    }

    /** See {@link #ofStream}. */
    record OfStream(StreamLink link, AuditIndex index) implements Feed {
        private static final Logger log = LoggerFactory.getLogger(Feed.class);
        private static final String SOURCE = "stream";
        private static final int BATCH = 1_000;
        private static final Duration TICK = Duration.ofMillis(200);
        private static final Duration PAUSE = Duration.ofSeconds(2);

        @Override
        public void run() throws InterruptedException {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    read();
                } catch (StreamUnreadable e) {
                    log.warn("the audit stream cannot be read: {}; trying again", e.getMessage());
                    Thread.sleep(PAUSE);
                }
            }
        }

        private void read() throws StreamUnreadable, InterruptedException {
            long from = index.position(SOURCE);
            // A stream that was made anew counts from 1 again; entries known already are passed
            // over.
            if (StreamReader.extent(link).last() + 1 < from) {
                from = 1;
            }
            try (StreamReader reader = StreamReader.open(link, from)) {
                while (!Thread.currentThread().isInterrupted()) {
                    batch(reader);
                }
            }
        }

        private void batch(StreamReader reader) throws StreamUnreadable, InterruptedException {
            List<AuditEntry> entries = new ArrayList<>();
            Optional<StreamMessage> message = reader.next(TICK);
            long next = 0;
            while (message.isPresent()) {
                next = message.get().sequence() + 1;
                entry(message.get()).ifPresent(entries::add);
                boolean full = entries.size() == BATCH || message.get().isLast();
                message = full ? Optional.empty() : reader.next(TICK);
            }
            if (next > 0) {
                index.ingest(SOURCE, next, entries);
            }
        }

        private static Optional<AuditEntry> entry(StreamMessage message) {
            if (message.record().orElse(null) instanceof StreamRecord.Entry entry) {
                try {
                    return Optional.of(entry.entry());
                } catch (BadEntry e) {
                    log.warn("message {} is no entry: {}", message.sequence(), e.getMessage());
                }
            }
            return Optional.empty();
        }
    }
}
