// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.nats.client.Connection;
import io.nats.client.IterableConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import io.nats.client.impl.NatsJetStreamMetaData;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the audit stream from a place on, in its order, without gaps. Used by one thread. */
public final class StreamReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StreamReader.class);
    private static final Duration WITHOUT_CONNECTION = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StreamLink link;
    private Connection connection;
    private IterableConsumer messages;
    private long next;

    private StreamReader(StreamLink link, Connection connection, long from)
            throws StreamUnreadable {
        this.link = link;
        this.next = Math.max(1, from);
        this.connection = connection;
        this.messages = consume();
    }

    /**
     * Begins to read.
     *
     * @param from the first sequence
     * @throws StreamUnreadable if there is no connection or no such stream
     */
    public static StreamReader open(StreamLink link, long from) throws StreamUnreadable {
        try {
            return new StreamReader(link, link.require(), from);
        } catch (IOException e) {
            throw StreamUnreadable.because(e);
        }
    }

    private IterableConsumer consume() throws StreamUnreadable {
        OrderedConsumerConfiguration wanted =
                new OrderedConsumerConfiguration()
                        .filterSubject("countersign.audit.>")
                        .deliverPolicy(DeliverPolicy.ByStartSequence)
                        .startSequence(next);
        try {
            return connection
                    .getStreamContext(AuditStream.NAME, AuditStream.options())
                    .createOrderedConsumer(wanted)
                    .iterate();
        } catch (IOException | JetStreamApiException e) {
            throw StreamUnreadable.because(e);
        }
    }

    /** The first and last sequence that the stream has; last is one less if it is empty. */
    public record Extent(long first, long last, Instant created) {}

    public static Extent extent(StreamLink link) throws StreamUnreadable {
        try {
            Connection connection = link.require();
            StreamInfo info = AuditStream.management(connection).getStreamInfo(AuditStream.NAME);
            StreamState state = info.getStreamState();
            return new Extent(
                    state.getFirstSequence(),
                    state.getLastSequence(),
                    info.getCreateTime().toInstant());
        } catch (IOException | JetStreamApiException e) {
            throw StreamUnreadable.because(e);
        }
    }

    /** The next message; empty when the time is up. */
    public Optional<StreamMessage> next(Duration wait)
            throws StreamUnreadable, InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                Message message =
                        messages.nextMessage(Duration.ofNanos(Math.min(left, PATIENCE.toNanos())));
                if (message != null) {
                    StreamMessage read = read(message);
                    next = read.sequence() + 1;
                    return Optional.of(read);
                }
            } catch (JetStreamStatusCheckedException | IllegalStateException e) {
                log.debug("reading the stream is taken up again: {}", e.getMessage());
            }
            Optional<Connection> current = link.connection();
            if (current.isEmpty()) {
                Thread.sleep(WITHOUT_CONNECTION); // the link dials
            } else if (!current.get().equals(connection) || isStuck()) {
                close(); // its server went away, or its leader: another one from where we are
                connection = current.get();
                messages = consume();
            }
        }
        return Optional.empty();
    }

    /**
     * The consumer ended, or it keeps silent although the stream has more: seen on a loaded cluster
     * right after the stream was made, when the library's consumer waited for ever.
     */
    private boolean isStuck() {
        if (messages.isFinished() || messages.isStopped()) {
            return true;
        }
        try {
            return extent(link).last() >= next;
        } catch (StreamUnreadable e) {
            log.debug("the stream cannot be asked: {}", e.getMessage());
            return false;
        }
    }

    private static StreamMessage read(Message message) {
        NatsJetStreamMetaData meta = message.metaData();
        Optional<WitnessSubject> witness = WitnessSubject.parse(message.getSubject());
        Optional<StreamRecord> record = Optional.empty();
        Optional<CosignedNote> cosigned = Optional.empty();
        String flaw = "";
        try {
            if (witness.isPresent()) {
                cosigned =
                        Optional.of(
                                CosignedNote.read(
                                        witness.get(), message.getHeaders(), message.getData()));
            } else {
                record = Optional.of(StreamRecord.read(message.getHeaders(), message.getData()));
            }
        } catch (NotOurs e) {
            flaw = String.valueOf(e.getMessage());
        }
        return new StreamMessage(
                meta.streamSequence(),
                meta.timestamp().toInstant(),
                LogSubject.parse(message.getSubject()),
                record,
                cosigned,
                flaw,
                meta.pendingCount() == 0);
    }

    @Override
    public void close() {
        try {
            messages.close();
        } catch (Exception e) { // as jnats declares it
            // The consumer is ephemeral: the server forgets it by itself.
            log.debug("closing: {}", e.toString());
        }
    }
}
