// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.LogPiece;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Puts messages behind one another on the subject of a log: each only if the message before it is
 * the one that we think it is. Because the sequences of all logs count together, the next expected
 * one is known only after an acknowledgement; so several messages travel as one atomic batch
 * (servers from 2.12 on), or one at a time.
 */
final class Publisher {
    private static final int BATCH = 256;
    private static final int BATCH_BYTES = 1 << 20;

    private final Connection connection;
    private final JetStream jetStream;
    private final String subject;
    private final boolean atomic;
    private long last;
    private long checkpoint;

    /**
     * @param atomic whether the stream takes batches
     * @param last stream sequence of the log's last message, 0 if there is none
     * @param checkpoint the same of its last checkpoint
     */
    Publisher(Connection connection, LogSubject subject, boolean atomic, long last, long checkpoint)
            throws IOException {
        this.connection = connection;
        this.jetStream = connection.jetStream(AuditStream.options());
        this.subject = subject.toString();
        this.atomic = atomic;
        this.last = last;
        this.checkpoint = checkpoint;
    }

    /**
     * Publishes some of them, in order, and says how many: the first at least. When it throws, what
     * the stream took is unknown and must be looked up before anything is published again.
     */
    int publish(List<StreamRecord.Draft> drafts) throws IOException, JetStreamApiException {
        int count = atomic ? fitting(drafts) : 1;
        PublishAck ack = count == 1 ? alone(drafts.getFirst()) : together(drafts.subList(0, count));
        if (ack.isDuplicate()) {
            // Stored by an attempt that we took for failed: where, only the stream can say.
            throw new IOException("the stream has this message already");
        }
        last = ack.getSeqno();
        if (isCheckpoint(drafts.get(count - 1))) {
            checkpoint = last;
        }
        return count;
    }

    /** A batch ends at a checkpoint, so that what follows can name its sequence. */
    private static int fitting(List<StreamRecord.Draft> drafts) {
        int count = 0;
        long bytes = 0;
        for (StreamRecord.Draft draft : drafts) {
            bytes += draft.bytes();
            if (count > 0 && (bytes > BATCH_BYTES || count == BATCH)) {
                return count;
            }
            count++;
            if (isCheckpoint(draft)) {
                return count;
            }
        }
        return count;
    }

    private static boolean isCheckpoint(StreamRecord.Draft draft) {
        return draft.piece() instanceof LogPiece.Noted;
    }

    private PublishAck alone(StreamRecord.Draft draft) throws IOException, JetStreamApiException {
        return jetStream.publish(message(draft, first(draft)));
    }

    private PublishAck together(List<StreamRecord.Draft> drafts)
            throws IOException, JetStreamApiException {
        String batch = UUID.randomUUID().toString();
        for (int i = 0; i < drafts.size() - 1; i++) {
            StreamRecord.Draft draft = drafts.get(i);
            Headers headers = i == 0 ? first(draft) : following(draft);
            headers.put("Nats-Batch-Id", batch);
            headers.put("Nats-Batch-Sequence", Integer.toString(i + 1));
            connection.publish(message(draft, headers));
        }
        Headers headers = following(drafts.getLast());
        headers.put("Nats-Batch-Id", batch);
        headers.put("Nats-Batch-Sequence", Integer.toString(drafts.size()));
        headers.put("Nats-Batch-Commit", "1");
        PublishAck ack = jetStream.publish(message(drafts.getLast(), headers));
        if (!batch.equals(ack.getBatchId()) || ack.getBatchSize() != drafts.size()) {
            throw new IOException(
                    "the server took no batch of %d (expected: one of 2.12 or newer, as the stream"
                                    .formatted(drafts.size())
                            + " says)");
        }
        return ack;
    }

    private Headers first(StreamRecord.Draft draft) {
        Headers headers = following(draft);
        headers.put("Nats-Expected-Stream", AuditStream.NAME);
        headers.put("Nats-Expected-Last-Subject-Sequence", Long.toString(last));
        return headers;
    }

    /** The draft's own: it is published once, or made anew. */
    private Headers following(StreamRecord.Draft draft) {
        Headers headers = draft.headers();
        if (checkpoint > 0) {
            headers.put(StreamRecord.CHECKPOINT, Long.toString(checkpoint));
        }
        return headers;
    }

    private NatsMessage message(StreamRecord.Draft draft, Headers headers) {
        return NatsMessage.builder().subject(subject).headers(headers).data(draft.data()).build();
    }
}
