// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The audit stream as an administrator without any restriction sees and breaks it. */
final class StreamFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> urls;
    private final Connection admin;

    StreamFixture(List<String> urls) {
        this.urls = urls;
        this.admin = connect(urls);
    }

    Connection admin() {
        return admin;
    }

    private static Connection connect(List<String> urls) {
        try {
            return Nats.connect(
                    new Options.Builder()
                            .servers(urls.toArray(String[]::new))
                            .maxReconnects(-1)
                            .build());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    RelayedTrail trail(String instance, Path directory) throws Exception {
        return trail(instance, directory, StreamSettings.DEFAULT);
    }

    RelayedTrail trail(String instance, Path directory, StreamSettings settings) throws Exception {
        RelayedTrail trail = RelayedTrail.open(target(), instance, directory, settings);
        trail.startRelay();
        return trail;
    }

    /** Its relay is not started. */
    RelayedTrail unrelayed(String instance, Path directory) throws Exception {
        return RelayedTrail.open(target(), instance, directory, StreamSettings.DEFAULT);
    }

    NatsTarget target() {
        return new NatsTarget(urls, new NatsLogin.Anonymous(), Optional.empty());
    }

    boolean exists() {
        try {
            admin.jetStreamManagement().getStreamInfo(AuditStream.NAME);
            return true;
        } catch (IOException | JetStreamApiException _) {
            return false;
        }
    }

    StreamConfiguration configuration() throws Exception {
        return admin.jetStreamManagement().getStreamInfo(AuditStream.NAME).getConfiguration();
    }

    void delete() {
        Wait.until(
                "stream deleted",
                PATIENCE,
                () -> {
                    try {
                        return admin.jetStreamManagement().deleteStream(AuditStream.NAME);
                    } catch (JetStreamApiException e) {
                        return e.getApiErrorCode() == AuditStream.NO_STREAM;
                    } catch (IOException _) {
                        return false; // no leader yet
                    }
                });
    }

    /** Makes the stream's leader hand over; answered only while there is one. */
    void stepDown() {
        Wait.until(
                "the leader stepped down",
                PATIENCE,
                () -> {
                    try {
                        return admin.request(
                                        "$JS.API.STREAM.LEADER.STEPDOWN." + AuditStream.NAME,
                                        new byte[0],
                                        Duration.ofSeconds(2))
                                != null;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    void publish(LogSubject subject, String data) throws Exception {
        admin.jetStream().publish(subject.toString(), data.getBytes(StandardCharsets.UTF_8));
    }

    void letAllMessagesAge() throws Exception {
        StreamConfiguration is = configuration();
        admin.jetStreamManagement()
                .updateStream(
                        StreamConfiguration.builder(is)
                                .maxAge(Duration.ofMillis(100))
                                .duplicateWindow(Duration.ofMillis(100))
                                .build());
        Wait.until("stream empty", PATIENCE, () -> count() == 0);
        admin.jetStreamManagement()
                .updateStream(StreamConfiguration.builder(is).maxAge(Duration.ZERO).build());
    }

    private long count() {
        try {
            return admin.jetStreamManagement()
                    .getStreamInfo(AuditStream.NAME)
                    .getStreamState()
                    .getMsgCount();
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything in the stream, in its order. */
    List<StreamMessage> all() throws Exception {
        List<StreamMessage> all = new ArrayList<>();
        try (AuditLink link = AuditLink.reading(target(), "test reader")) {
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            if (StreamReader.extent(link).last() < StreamReader.extent(link).first()) {
                return all;
            }
            try (StreamReader reader = StreamReader.open(link, 1)) {
                boolean more = true;
                while (more) {
                    StreamMessage message = reader.next(PATIENCE).orElseThrow();
                    all.add(message);
                    more = !message.isLast();
                }
            }
        }
        return all;
    }

    List<StreamVerifier.Held> verify() throws Exception {
        return verify(Optional.empty());
    }

    StreamVerifier.Held verify(RelayedTrail trail) throws Exception {
        return verify(Optional.of(trail.subject())).getFirst();
    }

    private List<StreamVerifier.Held> verify(Optional<LogSubject> only) throws Exception {
        try (AuditLink link = AuditLink.reading(target(), "test verifier")) {
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            return new StreamVerifier(link, Ed25519.best()).verify(only, List.of());
        }
    }

    List<StreamRecord> records(RelayedTrail trail) throws Exception {
        return all().stream()
                .filter(m -> m.log().equals(Optional.of(trail.subject())))
                .map(m -> m.record().orElseThrow())
                .toList();
    }

    /** Entries of an instance's logs. */
    long entries(String instance) {
        try {
            return all().stream()
                    .filter(m -> m.log().orElseThrow().instance().equals(instance))
                    .filter(m -> m.record().orElseThrow() instanceof StreamRecord.Entry)
                    .count();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The stream has exactly what the trail has, each piece once, in the trail's order. A
     * checkpoint may still be on its way behind the last entry.
     */
    void assertHolds(RelayedTrail trail) throws Exception {
        // The trail itself goes on until it has signed what it has.
        Wait.until(
                "the trail is at rest",
                PATIENCE,
                () -> trail.lastCheckpoint().size() == trail.size());
        Wait.until(
                "the stream has as many pieces as the trail",
                PATIENCE,
                () -> {
                    try {
                        return found(trail).size() >= expected(trail).size();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(found(trail)).isEqualTo(expected(trail));
    }

    private static List<String> expected(RelayedTrail trail) throws Exception {
        List<String> expected = new ArrayList<>();
        LogPlace place = LogPlace.START;
        for (List<LogPiece> pieces = trail.reader().pieces(place, 256);
                !pieces.isEmpty();
                pieces = trail.reader().pieces(place, 256)) {
            for (LogPiece piece : pieces) {
                place = piece.after();
                switch (piece) {
                    case LogPiece.Present(_, var entry) ->
                            expected.add("entry " + entry.seq() + " " + entry.leaf());
                    case LogPiece.Removed(var first, var leaves) -> {
                        for (int i = 0; i < leaves.size(); i++) {
                            expected.add("removed " + (first + i) + " " + leaves.get(i));
                        }
                    }
                    case LogPiece.Noted(var size, var note, _) ->
                            expected.add("checkpoint " + size + " " + note.text());
                }
            }
        }
        return expected;
    }

    private List<String> found(RelayedTrail trail) throws Exception {
        List<String> found = new ArrayList<>();
        for (StreamRecord record : records(trail)) {
            switch (record) {
                case StreamRecord.Entry entry ->
                        found.add("entry " + entry.seq() + " " + entry.leaf());
                case StreamRecord.Removed(var first, var leaves) -> {
                    for (int i = 0; i < leaves.size(); i++) {
                        found.add("removed " + (first + i) + " " + leaves.get(i));
                    }
                }
                case StreamRecord.Noted(var size, var note, _, _) ->
                        found.add("checkpoint " + size + " " + note.text());
            }
        }
        return found;
    }

    /** Puts another database in the place of a trail's own. */
    static void replace(Path directory, Path database) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().startsWith("trail.db")).toList()) {
                Files.delete(file);
            }
        }
        Files.copy(database, directory.resolve("trail.db"));
    }

    @Override
    public void close() {
        try {
            admin.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
