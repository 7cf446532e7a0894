// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.TrailReader;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfoOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance asks the stream before it writes its first entry (design decision 18). It waits
 * for a bounded time: a stream that is away must not keep an instance from starting, and what was
 * not noticed now, the relay notices later.
 */
public final class StreamAtStart {
    private static final Logger log = LoggerFactory.getLogger(StreamAtStart.class);
    private static final Duration PRESENCE = Duration.ofMillis(300);

    private final StreamLink link;
    private final WriterPresence presence;
    private final TrailReader reader;

    public StreamAtStart(StreamLink link, WriterPresence presence, TrailReader reader) {
        this.link = link;
        this.presence = presence;
        this.reader = reader;
    }

    /**
     * Asks.
     *
     * @return if our log is new: the last checkpoint that the stream holds of the log before it
     * @throws TrailRefused if another process writes under our name, or the stream contradicts our
     *     disk: writing on would fork the log
     */
    public Optional<Checkpoint> ask(Duration limit) throws TrailRefused {
        FutureTask<Optional<Checkpoint>> question = new FutureTask<>(() -> question(limit));
        Thread.ofPlatform().name("audit-at-start").daemon().start(question);
        try {
            return question.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TrailRefused refused) {
                throw refused;
            }
            unasked(String.valueOf(e.getCause()));
        } catch (TimeoutException _) {
            unasked("no answer within " + limit);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            unasked("interrupted");
        }
        question.cancel(true);
        return Optional.empty();
    }

    private static void unasked(String why) {
        log.warn(
                "the audit stream could not be asked what it holds of this instance: {}. Starting"
                        + " without; the relay compares later",
                why);
    }

    private Optional<Checkpoint> question(Duration limit)
            throws TrailRefused,
                    IOException,
                    JetStreamApiException,
                    AuditUnavailable,
                    InterruptedException {
        if (!link.awaitFirst(limit)) {
            throw new IOException("no connection to the operations account");
        }
        Connection connection = link.require();
        Optional<String> other = presence.ask(connection, PRESENCE);
        if (other.isPresent()) {
            throw new TrailRefused(
                    "instance: %s: is taken by another process (%s); each needs a name of its own"
                            .formatted(presence.instance(), other.get()));
        }
        try {
            if (reader.size() > 0) {
                LastRelayed.find(connection, reader);
                return Optional.empty();
            }
            return predecessor(connection);
        } catch (Forked e) {
            throw new TrailRefused(
                    "%s: %s. Writing on would fork the log; see audit.md, \"A forked log\""
                            .formatted(reader.origin(), e.getMessage()));
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == AuditStream.NO_STREAM) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<Checkpoint> predecessor(Connection connection)
            throws IOException, JetStreamApiException {
        JetStreamManagement management = AuditStream.management(connection);
        MessageInfo newest = null;
        for (String subject :
                management
                        .getStreamInfo(
                                AuditStream.NAME,
                                StreamInfoOptions.filterSubjects(
                                        LogSubject.allOf(reader.origin().instance())))
                        .getStreamState()
                        .getSubjectMap()
                        .keySet()) {
            if (LogSubject.parse(subject).isEmpty()) {
                continue; // what it co-signed of others
            }
            Optional<MessageInfo> last = LastRelayed.lastOf(connection, subject);
            if (last.isPresent() && (newest == null || last.get().getSeq() > newest.getSeq())) {
                newest = last.get();
            }
        }
        return newest == null ? Optional.empty() : checkpointAt(management, newest);
    }

    /** The checkpoint that a message is, or that it names. */
    private static Optional<Checkpoint> checkpointAt(
            JetStreamManagement management, MessageInfo message)
            throws IOException, JetStreamApiException {
        try {
            if (StreamRecord.read(message.getHeaders(), message.getData())
                    instanceof StreamRecord.Noted noted) {
                return Optional.of(noted.checkpoint());
            }
            OptionalLong before = StreamRecord.checkpointBefore(message.getHeaders());
            return before.isEmpty()
                    ? Optional.empty()
                    : checkpointAt(
                            management,
                            management.getMessage(AuditStream.NAME, before.getAsLong()));
        } catch (NotOurs | BadNote e) {
            log.warn(
                    "message {} of the audit stream is not ours: {}",
                    message.getSeq(),
                    e.getMessage());
            return Optional.empty();
        }
    }
}
