// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.audit.StoredEntry;
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
import java.util.UUID;

/**
 * Finds an entry by its id, and what was said about it later: in the audit stream, which has those
 * of all instances, or in one instance's trail.
 *
 * @param entry the one that was looked for
 * @param later verdicts and acts that refer to it, oldest first; none from a trail file
 */
record EntryLookup(AuditEntry entry, List<AuditEntry> later) {
    private static final Duration TICK = Duration.ofSeconds(5);

    EntryLookup {
        later = List.copyOf(later);
    }

    /**
     * Looks through the stream.
     *
     * @return empty if it is not there (any more)
     */
    static Optional<EntryLookup> inStream(StreamLink link, UUID id)
            throws StreamUnreadable, InterruptedException {
        StreamReader.Extent extent = StreamReader.extent(link);
        if (extent.last() < extent.first()) {
            return Optional.empty();
        }
        Optional<AuditEntry> found = Optional.empty();
        List<AuditEntry> later = new ArrayList<>();
        try (StreamReader reader = StreamReader.open(link, extent.first())) {
            boolean more = true;
            while (more) {
                Optional<StreamMessage> message = reader.next(TICK);
                Optional<AuditEntry> entry = message.flatMap(EntryLookup::entry);
                if (entry.isPresent() && entry.get().id().equals(id)) {
                    found = entry;
                } else if (entry.flatMap(AuditEntry::refersTo).equals(Optional.of(id))) {
                    later.add(entry.orElseThrow());
                }
                more = message.isPresent() && !message.get().isLast();
            }
        }
        return found.map(it -> new EntryLookup(it, later));
    }

    /** What is no entry of ours is not looked for either. */
    private static Optional<AuditEntry> entry(StreamMessage message) {
        if (message.record().isEmpty()
                || !(message.record().get() instanceof StreamRecord.Entry entry)) {
            return Optional.empty();
        }
        try {
            return Optional.of(entry.entry());
        } catch (BadEntry notOurs) {
            return Optional.empty();
        }
    }

    /**
     * Looks into a trail, of an instance that runs or not.
     *
     * @param trail the folder of it, or its database
     */
    static Optional<EntryLookup> inTrail(Path trail, UUID id)
            throws TrailRefused, IOException, BadEntry {
        try (TrailFile opened = TrailFile.open(TrailPath.database(trail))) {
            Optional<StoredEntry> stored = opened.entry(id);
            return stored.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new EntryLookup(stored.get().entry(), List.of()));
        }
    }
}
