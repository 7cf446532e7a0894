// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.LogOrigin;
import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.TrailFile;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.PostgresServer;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The view's index against a real audit stream. */
class StreamFeedIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ENTRIES = 3000;
    private static final int KILLS = 4;
    private static final Search ALL = new Search(Query.ALL, TimeRange.ALL, Scope.ALL);

    @TempDir private Path directory;
    private NatsServer server;
    private Connection connection;
    private final List<String> published = new ArrayList<>();
    private final Reading reading = new Reading(Clock.systemUTC());

    @BeforeEach
    void start() throws Exception {
        server =
                NatsServer.start(
                        NatsBinary.NEWEST,
                        """
                        listen: 127.0.0.1:${port:client}
                        jetstream { store_dir: "${dir}/js" }
                        """);
        connection = Nats.connect(server.url());
        stream();
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        server.close();
    }

    private void stream() throws Exception {
        connection
                .jetStreamManagement()
                .addStream(
                        StreamConfiguration.builder()
                                .name("COUNTERSIGN_AUDIT")
                                .subjects("countersign.audit.*.*")
                                .build());
    }

    /** Two instances' logs as their relays would publish them, in turns. */
    private void publish(int entries) throws Exception {
        List<List<LogPiece>> logs = new ArrayList<>();
        List<LogOrigin> origins = new ArrayList<>();
        List<String> vkeys = new ArrayList<>();
        for (int n = 1; n <= 2; n++) {
            try (TestTrail trail = TestTrail.open(directory.resolve("trail" + n), "n" + n)) {
                List<AuditEntry> own =
                        new Entries(n, 20, 50, 100).writtenBy("n" + n).next(entries / 2);
                trail.append(own);
            }
            try (TrailFile file = TrailFile.open(directory.resolve("trail" + n + "/trail.db"))) {
                origins.add(file.origin());
                vkeys.add(file.vkey());
                List<LogPiece> pieces = new ArrayList<>();
                LogPlace place = LogPlace.START;
                for (List<LogPiece> some = file.pieces(place, 500);
                        !some.isEmpty();
                        some = file.pieces(place, 500)) {
                    pieces.addAll(some);
                    place = some.getLast().after();
                }
                logs.add(pieces);
            }
        }
        for (int i = 0; i < Math.max(logs.get(0).size(), logs.get(1).size()); i++) {
            for (int n = 0; n < 2; n++) {
                if (i < logs.get(n).size()) {
                    publish(logs.get(n).get(i), origins.get(n), vkeys.get(n));
                }
            }
        }
        connection.flush(PATIENCE);
    }

    private void publish(LogPiece piece, LogOrigin origin, String vkey) throws Exception {
        Headers headers = new Headers();
        byte[] data;
        switch (piece) {
            case LogPiece.Present(var id, var entry) -> {
                headers.put("Countersign-Kind", "entry");
                headers.put("Countersign-Seq", Long.toString(entry.seq()));
                data = entry.body();
                published.add(id.toString());
            }
            case LogPiece.Noted(var size, var note, var subtrees) -> {
                headers.put("Countersign-Kind", "checkpoint");
                headers.put("Countersign-Seq", Long.toString(size));
                headers.put("Countersign-Key", vkey);
                headers.put(
                        "Countersign-Subtrees",
                        subtrees.stream().map(Object::toString).collect(Collectors.joining(",")));
                data = note.encoded().getBytes(StandardCharsets.UTF_8);
            }
            case LogPiece.Removed _ -> throw new IllegalStateException("nothing was removed");
        }
        connection.publish(
                "countersign.audit." + origin.instance() + "." + origin.log(), headers, data);
    }

    private Process child(String address) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IndexChild.class.getName(),
                        server.url(),
                        address)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("child.log").toFile())
                .start();
    }

    private static long arrivals(String address) {
        try (AuditIndex index = AuditIndex.open(address)) {
            return index.lastArrival() + 1;
        }
    }

    private void killAndCompare(String address, String replica) throws Exception {
        publish(ENTRIES);
        Random random = new Random(5);
        for (int i = 0; i < KILLS; i++) {
            long before = arrivals(address);
            Process child = child(address);
            long more = 1L + random.nextInt(ENTRIES / KILLS);
            Wait.until(
                    "the child takes entries",
                    PATIENCE,
                    () ->
                            !child.isAlive()
                                    || arrivals(address) >= Math.min(ENTRIES, before + more));
            assertThat(child.isAlive()).isTrue();
            child.destroyForcibly().waitFor();
        }
        assertEqualsStream(address);
        assertEqualsStream(replica);
    }

    private void assertEqualsStream(String address) throws Exception {
        try (AuditIndex index = AuditIndex.open(address);
                AuditLink link = IndexChild.link(server.url())) {
            follow(link, index, published.size());
            assertThat(index.arrivals(ALL, -1, 2 * ENTRIES))
                    .extracting(Row::id)
                    .isEqualTo(published);
            assertThat(index.trails())
                    .hasSize(2)
                    .allSatisfy(state -> {
                        assertThat(state.broken() + state.gap()).isEmpty();
                        assertThat(state.verified()).isEqualTo(state.entries());
                    });
        }
    }

    private void follow(AuditLink link, AuditIndex index, long entries) throws Exception {
        Thread feed = feed(link, index);
        try {
            Wait.until(
                    "all entries and checkpoints are there",
                    PATIENCE,
                    () ->
                            index.lastArrival() + 1 == entries
                                    && index.trails().stream()
                                            .allMatch(t -> t.verified() == t.entries())
                                    && reading.state() instanceof Reading.State.Current);
        } finally {
            feed.interrupt();
            feed.join();
        }
    }

    private Thread feed(AuditLink link, AuditIndex index) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        Feed.ofStream(link, index, reading).run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** Pages say it then: nobody may take old entries for all that there is. */
    @Test
    void stream_serverGone_isSaidUntilItIsBack() throws Exception {
        publish(20);
        try (AuditIndex index = AuditIndex.open(directory.resolve("index.db"));
                AuditLink link = IndexChild.link(server.url())) {
            Thread feed = feed(link, index);
            try {
                Wait.until(
                        "all entries", PATIENCE, () -> index.lastArrival() + 1 == published.size());
                server.kill();
                Wait.until("a loss", PATIENCE, () -> reading.state() instanceof Reading.State.Lost);
                server.restart();
                Wait.until(
                        "the stream again",
                        PATIENCE,
                        () -> reading.state() instanceof Reading.State.Current);
            } finally {
                feed.interrupt();
                feed.join();
            }
        }
    }

    @Test
    void view_killedAtRandomPoints_indexEqualsStreamInSqlite() throws Exception {
        killAndCompare(
                directory.resolve("index.db").toString(),
                directory.resolve("replica.db").toString());
    }

    @Test
    void view_killedAtRandomPoints_indexEqualsStreamInPostgres() throws Exception {
        killAndCompare(PostgresServer.shared().database(), PostgresServer.shared().database());
    }

    @Test
    void stream_madeAnew_indexIsBuiltAgain() throws Exception {
        publish(200);
        String address = directory.resolve("index.db").toString();
        assertEqualsStream(address);

        connection.jetStreamManagement().deleteStream("COUNTERSIGN_AUDIT");
        stream();
        published.clear();
        Path first = directory;
        directory = directory.resolve("anew");
        publish(100);
        directory = first;

        assertEqualsStream(address);
    }
}
