// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.LogPlace;
import io.countersign.audit.Standing;
import io.countersign.audit.TrailReader;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.TreeHash;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The last message of a log in the stream, once it was found to be what our disk has at that place.
 *
 * @param sequence in the stream
 * @param place where the log goes on
 * @param checkpoint stream sequence of the log's last checkpoint, 0 if none is known
 */
record LastRelayed(long sequence, LogPlace place, long checkpoint) {
    /**
     * Asks the stream; empty if it holds nothing of this log.
     *
     * @throws Forked if it holds something else than we do, or more
     */
    static Optional<LastRelayed> find(Connection connection, TrailReader reader)
            throws IOException, JetStreamApiException, AuditUnavailable, Forked {
        Optional<MessageInfo> found = lastOf(connection, LogSubject.of(reader.origin()).toString());
        return found.isEmpty() ? Optional.empty() : Optional.of(compare(found.get(), reader));
    }

    /** The newest message on a subject. */
    static Optional<MessageInfo> lastOf(Connection connection, String subject)
            throws IOException, JetStreamApiException {
        try {
            return Optional.of(
                    AuditStream.management(connection).getLastMessage(AuditStream.NAME, subject));
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == AuditStream.NO_MESSAGE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static LastRelayed compare(MessageInfo last, TrailReader reader)
            throws AuditUnavailable, Forked {
        Headers headers = last.getHeaders();
        StreamRecord record;
        OptionalLong before;
        try {
            record = StreamRecord.read(headers, last.getData());
            before = StreamRecord.checkpointBefore(headers);
        } catch (NotOurs e) {
            throw new Forked(
                    "message %d of the stream stands on our subject and is not ours: %s"
                            .formatted(last.getSeq(), e.getMessage()));
        }
        return switch (record) {
            case StreamRecord.Entry entry -> {
                requireSame(reader, entry.seq(), List.of(entry.leaf()));
                yield new LastRelayed(
                        last.getSeq(), new LogPlace(entry.seq() + 1, false), before.orElse(0));
            }
            case StreamRecord.Removed(var first, var leaves) -> {
                requireSame(reader, first, leaves);
                yield new LastRelayed(
                        last.getSeq(),
                        new LogPlace(first + leaves.size(), false),
                        before.orElse(0));
            }
            case StreamRecord.Noted noted -> {
                requireExtends(reader, noted);
                yield new LastRelayed(
                        last.getSeq(), new LogPlace(noted.size(), true), last.getSeq());
            }
        };
    }

    private static void requireSame(TrailReader reader, long first, List<TreeHash> leaves)
            throws AuditUnavailable, Forked {
        for (int i = 0; i < leaves.size(); i++) {
            Optional<TreeHash> ours = reader.leaf(first + i);
            if (ours.isEmpty()) {
                throw behind(first + i + 1, reader);
            }
            if (!ours.get().equals(leaves.get(i))) {
                throw new Forked(
                        "entry %d of the stream is another than ours".formatted(first + i));
            }
        }
    }

    private static void requireExtends(TrailReader reader, StreamRecord.Noted noted)
            throws AuditUnavailable, Forked {
        try {
            Standing standing = reader.standing(noted.checkpoint());
            switch (standing) {
                case EXTENDS -> {}
                case BEHIND -> throw behind(noted.size(), reader);
                case FORKED ->
                        throw new Forked(
                                "the stream's checkpoint at %d has another root than our log"
                                        .formatted(noted.size()));
                case ANOTHER_LOG ->
                        throw new Forked(
                                "the stream's last checkpoint on our subject is of another log");
            }
        } catch (BadNote e) {
            throw new Forked("the stream's last checkpoint is malformed: " + e.getMessage());
        }
    }

    private static Forked behind(long others, TrailReader reader) {
        return new Forked(
                "the stream has %d entries of our log, our disk only %d (was it restored?)"
                        .formatted(others, reader.size()));
    }
}
