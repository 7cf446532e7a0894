// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsCluster;
import io.countersign.kit.NatsServer;
import io.countersign.kit.TcpRelay;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay against a real cluster of three JetStream servers that fails in every way. */
@Tag("beside")
class RelayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static NatsCluster cluster;

    @TempDir Path temp;
    private StreamFixture stream;

    @BeforeAll
    static void startServers() {
        cluster =
                NatsCluster.start(
                        NatsBinary.NEWEST,
                        3,
                        _ -> "jetstream { store_dir: \"${dir}/js\", sync_interval: always }\n");
    }

    @AfterAll
    static void stopServers() {
        cluster.close();
    }

    @BeforeEach
    void prepare() {
        stream = new StreamFixture(cluster.servers().stream().map(NatsServer::url).toList());
        stream.delete();
    }

    @AfterEach
    void end() {
        stream.close();
    }

    @Test
    void relay_severalLogs_everyEntryArrivesOnceAndInOrder() throws Exception {
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                RelayedTrail b = stream.trail("b", temp.resolve("b"))) {
            a.fill(1500);
            b.fill(1500);
            a.awaitRelayed();
            b.awaitRelayed();

            stream.assertHolds(a);
            stream.assertHolds(b);
            assertThat(stream.verify())
                    .hasSize(2)
                    .allSatisfy(held -> {
                        assertThat(held.report().firstBroken()).isEmpty();
                        assertThat(held.report().covered()).isEqualTo(1500);
                    });
            assertThat(a.verifiedAgainst(stream.verify(a)).firstBroken()).isEmpty();
            assertThat(stream.configuration().getReplicas()).isEqualTo(3);
            assertThat(stream.configuration().getDenyDelete()).isTrue();
            assertThat(stream.configuration().getDenyPurge()).isTrue();
        }
    }

    @Test
    void relay_restartedInBetween_doublesAndSkipsNothing() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
                trail.fill(300); // closing does not wait for all of them
            }
        }
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.awaitRelayed();

            stream.assertHolds(trail);
        }
    }

    @Test
    void relay_leadersChangeUnderLoad_doublesAndSkipsNothing() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            for (int i = 0; i < 5; i++) {
                trail.fill(300);
                stream.stepDown();
                trail.fill(300);
            }
            trail.awaitRelayed();

            stream.assertHolds(trail);
        }
    }

    @Test
    void relay_majorityOfServersGone_goesOnWhenTheyAreBack() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(300);
            trail.awaitRelayed();
            cluster.server(0).kill();
            cluster.server(1).kill();
            trail.fill(300);
            Wait.until(
                    "a failure is seen",
                    PATIENCE,
                    () -> trail.relay().status().failingSince().isPresent());
            trail.fill(300);
            cluster.server(0).restart();
            cluster.server(1).restart();
            cluster.awaitFormed();
            trail.awaitRelayed();

            stream.assertHolds(trail);
            assertThat(trail.relay().status().failure()).isEmpty();
        }
    }

    /** The relay is the slow one: acknowledgements come late, then not at all. */
    @Test
    void relay_overALinkThatIsSlowAndThenSilent_doublesAndSkipsNothing() throws Exception {
        try (TcpRelay link = TcpRelay.to(cluster.server(0))) {
            NatsTarget target =
                    new NatsTarget(
                            List.of("nats://%s:%d".formatted(link.host(), link.port())),
                            new NatsLogin.Anonymous(),
                            Optional.empty());
            try (RelayedTrail trail =
                    RelayedTrail.open(target, "a", temp.resolve("a"), StreamSettings.DEFAULT)) {
                trail.startRelay();
                trail.fill(50);
                trail.awaitRelayed();
                link.delay(Duration.ofMillis(40));
                trail.fill(300);
                link.blackHole();
                trail.fill(300);
                Wait.until(
                        "a failure is seen",
                        PATIENCE,
                        () -> trail.relay().status().failingSince().isPresent());
                link.delay(Duration.ZERO);
                link.heal();
                trail.awaitRelayed();

                stream.assertHolds(trail);
            }
        }
    }

    /** A reader of the stream is the slow one: it holds up nobody, and misses nothing. */
    @Test
    void relay_whileAReaderIsSlow_goesOn_andTheReaderMissesNothing() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"));
                AuditLink link = AuditLink.reading(stream.target(), "slow")) {
            trail.fill(10);
            trail.awaitRelayed();
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            try (StreamReader reader = StreamReader.open(link, 1)) {
                StreamMessage message = reader.next(PATIENCE).orElseThrow();
                trail.fill(4000);
                trail.awaitRelayed();

                long last = StreamReader.extent(link).last();
                for (long sequence = 2; sequence <= last; sequence++) {
                    message = reader.next(PATIENCE).orElseThrow();
                    assertThat(message.sequence()).isEqualTo(sequence);
                }
                assertThat(message.sequence()).isGreaterThan(4010);
            }
        }
    }

    @Test
    void relay_streamDeleted_isMadeAgainWithAllThatTheTrailHas() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(500);
            trail.awaitRelayed();
            stream.delete();
            trail.fill(10);
            Wait.until(
                    "all there again",
                    PATIENCE,
                    () -> stream.exists() && stream.entries("a") == trail.size());

            stream.assertHolds(trail);
        }
    }

    @Test
    void relay_bodiesGoneBefore_leavesTheirHashes() throws Exception {
        try (RelayedTrail trail = stream.unrelayed("a", temp.resolve("a"))) {
            trail.fill(700);
            trail.removeOlder();
        }
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(20);
            trail.awaitRelayed();

            stream.assertHolds(trail);
            assertThat(stream.records(trail))
                    .filteredOn(StreamRecord.Removed.class::isInstance)
                    .isNotEmpty();
        }
    }

    @Test
    void relay_streamEmptiedByItsRetention_doesNotBeginAgain() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(50);
            trail.awaitRelayed();
            trail.awaitMark();
        }
        stream.letAllMessagesAge();
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(5);
            trail.awaitRelayed();

            assertThat(stream.records(trail))
                    .filteredOn(StreamRecord.Entry.class::isInstance)
                    .extracting(r -> ((StreamRecord.Entry) r).seq())
                    .containsExactly(50L, 51L, 52L, 53L, 54L);
        }
    }

    // What must hold 5.
    @Test
    void relay_diskRestoredFromABackup_stopsLoudly_andTheNextStartIsRefused() throws Exception {
        Path backup = temp.resolve("backup.db");
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(50);
        }
        Files.copy(temp.resolve("a").resolve("trail.db"), backup);
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(50);
            trail.awaitRelayed();
        }
        StreamFixture.replace(temp.resolve("a"), backup);
        try (RelayedTrail restored = stream.trail("a", temp.resolve("a"))) {
            restored.fill(100);
            Wait.until(
                    "the fork is seen",
                    PATIENCE,
                    () -> restored.relay().status().state() == RelayStatus.State.FORKED);
            assertThat(restored.relay().status().isAlarming()).isTrue();
            assertThat(stream.entries("a")).isEqualTo(100);
            assertThatThrownBy(() -> restored.replicated(PATIENCE).append(restored.entry()))
                    .isInstanceOf(AuditUnavailable.class);
            restored.stopRelay();
            // What must hold 2: a rewritten suffix, hashed and signed anew with the right key.
            assertThat(stream.verify().getFirst().report().firstBroken()).isEmpty();
            assertThat(restored.verifiedAgainst(stream.verify().getFirst()).firstBroken())
                    .hasValueSatisfying(f -> assertThat(f.seq()).isBetween(50L, 100L));
            assertThatThrownBy(restored::askAtStart)
                    .isInstanceOf(TrailRefused.class)
                    .hasMessageContaining("fork");
        }
    }

    @Test
    void relay_strangeMessageOnOurSubject_isTreatedAsAFork() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            trail.fill(5);
            trail.awaitRelayed();
            stream.publish(trail.subject(), "{}");
            trail.fill(5);
            Wait.until(
                    "the stranger is seen",
                    PATIENCE,
                    () -> trail.relay().status().state() == RelayStatus.State.FORKED);
        }
    }

    @Test
    void start_ofANewLog_namesTheLastCheckpointOfTheOldOne() throws Exception {
        Checkpoint last;
        try (RelayedTrail lost = stream.trail("a", temp.resolve("lost"))) {
            lost.fill(120);
            lost.awaitRelayed();
            last = lost.lastCheckpoint();
        }
        try (RelayedTrail other = stream.trail("b", temp.resolve("b"));
                RelayedTrail fresh = stream.unrelayed("a", temp.resolve("new"))) {
            other.fill(20);
            other.awaitRelayed();

            assertThat(fresh.askAtStart()).contains(last);
        }
    }

    @Test
    void start_underANameThatIsTaken_isRefused() throws Exception {
        try (RelayedTrail first = stream.trail("a", temp.resolve("first"));
                RelayedTrail second = stream.unrelayed("a", temp.resolve("second"))) {
            first.fill(1);
            first.awaitRelayed();

            assertThatThrownBy(second::askAtStart)
                    .isInstanceOf(TrailRefused.class)
                    .hasMessageContaining("taken by another process");
        }
    }

    @Test
    void relay_anotherProcessUnderItsName_isAlarming() throws Exception {
        try (RelayedTrail first = stream.trail("a", temp.resolve("first"));
                RelayedTrail second = stream.trail("a", temp.resolve("second"))) {
            Wait.until(
                    "the rival is seen",
                    PATIENCE,
                    () ->
                            first.relay().status().isAlarming()
                                    || second.relay().status().isAlarming());
        }
    }

    @Test
    void replicated_append_returnsWhenTheStreamHasIt() throws Exception {
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"))) {
            AuditEntry entry = trail.entry();
            trail.replicated(PATIENCE).append(entry);

            assertThat(stream.records(trail))
                    .filteredOn(StreamRecord.Entry.class::isInstance)
                    .extracting(r -> ((StreamRecord.Entry) r).entry().id())
                    .containsExactly(entry.id());
        }
    }

    @Test
    void stream_thatDiffers_isLeftAsItIs_unlessItMayBeUpdated() throws Exception {
        Connection connection = stream.admin();
        JetStreamManagement management = connection.jetStreamManagement();
        management.addStream(
                StreamConfiguration.builder()
                        .name(AuditStream.NAME)
                        .subjects(LogSubject.ALL)
                        .replicas(1)
                        .denyDelete(true)
                        .denyPurge(true)
                        .build());
        StreamSettings settings =
                new StreamSettings(
                        OptionalInt.of(3),
                        Optional.of(Duration.ofDays(30)),
                        OptionalLong.empty(),
                        true,
                        false);
        new AuditStream(settings).ensure(connection);
        assertThat(stream.configuration().getReplicas()).isEqualTo(1);

        StreamSettings updating =
                new StreamSettings(
                        settings.replicas(), settings.maxAge(), settings.maxBytes(), true, true);
        new AuditStream(updating).ensure(connection);
        assertThat(stream.configuration().getReplicas()).isEqualTo(3);
        assertThat(stream.configuration().getMaxAge()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void stream_thatMayNotBeMade_isWaitedFor() throws Exception {
        StreamSettings patient =
                new StreamSettings(
                        OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), false, false);
        try (RelayedTrail trail = stream.trail("a", temp.resolve("a"), patient)) {
            trail.fill(5);
            Wait.until(
                    "its absence is seen",
                    PATIENCE,
                    () -> trail.relay().status().failingSince().isPresent());
            assertThat(stream.exists()).isFalse();
            new AuditStream(StreamSettings.DEFAULT).ensure(stream.admin());
            trail.awaitRelayed();

            stream.assertHolds(trail);
        }
    }
}
