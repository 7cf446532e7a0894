// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.witness.FollowedLog;
import io.countersign.audit.witness.WitnessedLogs;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one witness has in the stream: its signatures, each on the subject of its log, and the
 * checkpoints under which they stand. Used by one thread.
 */
final class WitnessDesk {
    private final Connection connection;
    private final String witness;
    private final String vkey;
    private final Map<LogSubject, SignedNote> published = new HashMap<>();

    WitnessDesk(Connection connection, String witness, String vkey) {
        this.connection = connection;
        this.witness = witness;
        this.vkey = vkey;
    }

    /**
     * Compares what the disk says was signed with what the stream has of it, both ways.
     *
     * @param first sequence that the stream still has
     */
    void compare(WitnessedLogs logs, long first) throws IOException, StreamUnreadable {
        try {
            for (WitnessSubject subject : subjects()) {
                Optional<MessageInfo> last = LastRelayed.lastOf(connection, subject.toString());
                if (last.isPresent()) {
                    remember(logs, subject, last.get());
                }
            }
            for (FollowedLog followed : logs.all()) {
                if (followed.signedPlace() >= first) {
                    requireThere(followed);
                }
            }
        } catch (JetStreamApiException e) {
            throw StreamUnreadable.because(e);
        }
    }

    private Iterable<WitnessSubject> subjects() throws IOException, JetStreamApiException {
        return AuditStream.management(connection)
                .getStreamInfo(
                        AuditStream.NAME,
                        StreamInfoOptions.filterSubjects(LogSubject.allOf(witness)))
                .getStreamState()
                .getSubjectMap()
                .keySet()
                .stream()
                .flatMap(subject -> WitnessSubject.parse(subject).stream())
                .toList();
    }

    private void remember(WitnessedLogs logs, WitnessSubject subject, MessageInfo last)
            throws IOException {
        try {
            CosignedNote told = CosignedNote.read(subject, last.getHeaders(), last.getData());
            if (told.vkey().equals(vkey)) {
                logs.remember(logs.of(subject.log().instance(), subject.log().log()), told.note());
                published.put(subject.log(), told.note());
            }
        } catch (NotOurs _) {
            // Somebody else's words under our name change nothing: ours come behind them.
        }
    }

    private void requireThere(FollowedLog followed) throws IOException, JetStreamApiException {
        JetStreamManagement management = AuditStream.management(connection);
        try {
            MessageInfo message = management.getMessage(AuditStream.NAME, followed.signedPlace());
            String text =
                    StreamRecord.read(message.getHeaders(), message.getData())
                                    instanceof StreamRecord.Noted noted
                            ? noted.note().text()
                            : "";
            if (!subject(followed).toString().equals(message.getSubject())
                    || !text.equals(followed.signedNote().map(SignedNote::text).orElse(text))) {
                contradicted(followed, "is another one by now");
            }
        } catch (NotOurs _) {
            contradicted(followed, "is something else by now");
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != AuditStream.NO_MESSAGE) {
                throw e;
            }
            contradicted(followed, "is not there any more");
        }
    }

    private static void contradicted(FollowedLog followed, String how) {
        followed.refuse(
                true,
                "message %d of the stream, the checkpoint that was signed, %s"
                        .formatted(followed.signedPlace(), how));
    }

    /** Publishes what was signed and is not there, if the stream has what it is about. */
    void publish(WitnessedLogs logs) throws StreamUnreadable {
        for (FollowedLog followed : logs.all()) {
            Optional<SignedNote> note = followed.signedNote();
            LogSubject subject = subject(followed);
            if (note.isPresent()
                    && followed.isExtending()
                    && !note.get().equals(published.get(subject))) {
                publish(
                        new CosignedNote(new WitnessSubject(witness, subject), note.get(), vkey),
                        followed.signed().orElseThrow().size());
                published.put(subject, note.get());
            }
        }
    }

    private void publish(CosignedNote note, long size) throws StreamUnreadable {
        try {
            connection
                    .jetStream(AuditStream.options())
                    .publish(
                            NatsMessage.builder()
                                    .subject(note.subject().toString())
                                    .headers(note.headers(size))
                                    .data(note.data())
                                    .build());
        } catch (IOException | JetStreamApiException e) {
            throw StreamUnreadable.because(e);
        }
    }

    private static LogSubject subject(FollowedLog followed) {
        return new LogSubject(followed.instance(), followed.log());
    }
}
