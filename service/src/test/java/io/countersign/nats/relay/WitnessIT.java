// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.LogPiece;
import io.countersign.audit.VerifyReport;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.witness.WitnessStore;
import io.countersign.audit.witness.WitnessedLogs;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances as witnesses of one another, in a real stream that somebody rewrites. */
@Tag("beside")
class WitnessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration EVERY = Duration.ofMillis(200);
    private static final Ed25519 ED25519 = Ed25519.best();
    private static NatsServer server;

    @TempDir Path temp;
    private StreamFixture stream;

    @BeforeAll
    static void startServer() {
        server = NatsServer.start(NatsBinary.NEWEST, "jetstream { store_dir: \"${dir}/js\" }\n");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void prepare() {
        stream = new StreamFixture(List.of(server.url()));
        stream.delete();
    }

    @AfterEach
    void end() {
        stream.close();
    }

    /** The witness of an instance, whose folder is in that of its trail. */
    private final class Bystander implements AutoCloseable {
        private final AuditLink link;
        private final WitnessedLogs logs;
        private final Witness witness;

        Bystander(String instance) throws Exception {
            Path trail = Files.createDirectories(temp.resolve(instance));
            WitnessStore store = WitnessStore.open(WitnessStore.beside(trail));
            logs =
                    new WitnessedLogs(
                            store,
                            CosignedNote.name("east", instance),
                            store.key(ED25519, new SecureRandom()),
                            ED25519);
            link = AuditLink.reading(stream.target(), instance + " witness");
            witness = new Witness(link, instance, logs, EVERY, Clock.systemUTC());
            witness.start();
        }

        void awaitComplaint(String what) {
            Wait.until(
                    "a complaint: " + what,
                    PATIENCE,
                    () ->
                            witness.status().complaints().stream()
                                    .anyMatch(complaint -> complaint.contains(what)));
        }

        @Override
        public void close() {
            witness.close();
            link.close();
        }
    }

    private void awaitCosigned(RelayedTrail trail, String witness) {
        awaitCosigned(trail, witness, List.of());
    }

    private void awaitCosigned(
            RelayedTrail trail, String witness, List<CosignatureVerifier> trusted) {
        Wait.until(
                trail.subject() + " is co-signed by " + witness,
                PATIENCE,
                () ->
                        held(trail, trusted)
                                .cosigned()
                                .contains(new StreamVerifier.Cosigned(witness, trail.size())));
    }

    private StreamVerifier.Held held(RelayedTrail trail, List<CosignatureVerifier> trusted) {
        try (AuditLink link = AuditLink.reading(stream.target(), "test verifier")) {
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            return new StreamVerifier(link, ED25519, trusted)
                    .verify(Optional.of(trail.subject()), List.of())
                    .getFirst();
        } catch (StreamUnreadable | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void instances_coSignOneAnother_asTheirLogsGrow() throws Exception {
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                RelayedTrail b = stream.trail("b", temp.resolve("b"));
                Bystander byA = new Bystander("a");
                Bystander byB = new Bystander("b")) {
            a.fill(250);
            b.fill(130);
            a.awaitRelayed();
            b.awaitRelayed();
            awaitCosigned(a, "b");
            awaitCosigned(b, "a");
            a.fill(77);
            a.awaitRelayed();
            awaitCosigned(a, "b");

            StreamVerifier.Held held = stream.verify(a);
            assertThat(held.report().firstBroken()).isEmpty();
            assertThat(held.others()).isNotEmpty();
            assertThat(a.verifiedAgainst(held).firstBroken()).isEmpty();
            assertThat(held(a, List.of(key(byB))).cosigned()).hasSize(1);
            assertThat(held(a, List.of(key(byA))).cosigned()).as("another key").isEmpty();
            assertThat(byA.witness.status().complaints()).isEmpty();
            assertThat(byB.witness.status().complaints()).isEmpty();
            assertThat(byB.witness.status().logs()).isEqualTo(1);
        }
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                Bystander byB = new Bystander("b")) {
            a.fill(10);
            a.awaitRelayed();

            awaitCosigned(a, "b", List.of(key(byB)));
        }
    }

    private static CosignatureVerifier key(Bystander witness) throws Exception {
        return CosignatureVerifier.parse(witness.logs.vkey(), ED25519);
    }

    @Test
    void streamMadeAgainByTheRelays_isCoSignedAgain() throws Exception {
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                Bystander _ = new Bystander("b")) {
            a.fill(150);
            a.awaitRelayed();
            awaitCosigned(a, "b");
        }
        stream.delete();
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                Bystander byB = new Bystander("b")) {
            a.awaitRelayed();
            awaitCosigned(a, "b");

            assertThat(byB.witness.status().complaints()).isEmpty();
        }
    }

    /** Whoever holds the servers and the log's key makes a stream that is sound in itself. */
    @Test
    void streamRewrittenWithTheLogsKey_isNotCoSigned_andContradictsWhatWas() throws Exception {
        List<StreamRecord> written;
        StreamMessage kept;
        RelayedTrail a = stream.trail("a", temp.resolve("a"));
        try (a;
                Bystander _ = new Bystander("b")) {
            a.fill(220);
            a.awaitRelayed();
            awaitCosigned(a, "b");
            written = stream.records(a);
            kept = stream.all().stream().filter(m -> m.cosigned().isPresent()).toList().getLast();
        }
        stream.delete();
        new AuditStream(StreamSettings.DEFAULT).ensure(stream.admin());
        forge(a, written, 210);
        assertThat(stream.verify(a).report().firstBroken()).as("the forgery").isEmpty();

        try (Bystander byB = new Bystander("b")) {
            byB.awaitComplaint("has another tree at 220");
            assertThat(byB.witness.status().signatures()).isZero();
        }
        try (Bystander byB = new Bystander("b")) {
            byB.awaitComplaint("has another tree at 220"); // nothing but a person lifts it
        }
        assertThat(stream.all()).noneMatch(m -> m.cosigned().isPresent());

        publish(kept.cosigned().orElseThrow());
        VerifyReport report = stream.verify(a).report();
        assertThat(report.firstBroken().orElseThrow().toString())
                .contains("co-signed by b at 220: the log has another root");
        try (RelayedTrail again = stream.unrelayed("a", temp.resolve("a"))) {
            assertThat(again.verifiedAgainst(stream.verify(again)).firstBroken()).isPresent();
        }
    }

    @Test
    void streamCutOffWithTheLogsKey_isSaid() throws Exception {
        List<StreamRecord> written;
        RelayedTrail a = stream.trail("a", temp.resolve("a"));
        try (a;
                Bystander _ = new Bystander("b")) {
            a.fill(220);
            a.awaitRelayed();
            awaitCosigned(a, "b");
            written = stream.records(a);
        }
        stream.delete();
        new AuditStream(StreamSettings.DEFAULT).ensure(stream.admin());
        forge(a, written.subList(0, 110), 1000);

        try (Bystander byB = new Bystander("b")) {
            byB.awaitComplaint("of the 220 entries that were co-signed");
            assertThat(byB.witness.status().signatures()).isZero();
        }
    }

    @Test
    void entryPutThereASecondTime_endsCoSigning() throws Exception {
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"));
                Bystander byB = new Bystander("b")) {
            a.fill(20);
            a.awaitRelayed();
            awaitCosigned(a, "b");
            List<StreamRecord> written = stream.records(a);
            a.stopRelay();
            forge(a, written.subList(10, 12), 0);

            byB.awaitComplaint("stands there twice");
        }
    }

    @Test
    void coSignedCheckpointTakenOutOfTheStream_isSaidAtTheNextStart() throws Exception {
        stream.admin()
                .jetStreamManagement()
                .addStream(
                        StreamConfiguration.builder()
                                .name(AuditStream.NAME)
                                .subjects(LogSubject.ALL)
                                .storageType(StorageType.File)
                                .build());
        try (RelayedTrail a = stream.trail("a", temp.resolve("a"))) {
            try (Bystander _ = new Bystander("b")) {
                a.fill(20);
                a.awaitRelayed();
                awaitCosigned(a, "b");
            }
            a.stopRelay(); // it would mend the stream: what is missing at its end is relayed again
            long checkpoint =
                    stream.all().stream()
                            .filter(m ->
                                    m.record().orElse(null) instanceof StreamRecord.Noted noted
                                            && noted.size() == 20)
                            .findFirst()
                            .orElseThrow()
                            .sequence();
            stream.admin().jetStreamManagement().deleteMessage(AuditStream.NAME, checkpoint);

            try (Bystander byB = new Bystander("b")) {
                byB.awaitComplaint("is not there any more");
            }
        }
    }

    /** Publishes a log's pieces with other entries from one on, signed with its key. */
    private void forge(RelayedTrail trail, List<StreamRecord> written, long from) throws Exception {
        String origin = "countersign/east/a/" + trail.subject().log();
        Frontier tree = new Frontier((_, _, _) -> {});
        try (Seed seed = Seed.read(temp.resolve("a").resolve("checkpoint.nk"))) {
            NoteSigner signer = new NoteSigner(origin, ED25519.signer(seed));
            for (StreamRecord record : written) {
                switch (record) {
                    case StreamRecord.Entry(var seq, var body) -> {
                        byte[] forged = seq < from ? body : forged(body);
                        tree.add(TreeHash.leaf(forged));
                        Headers headers = new Headers();
                        headers.put(StreamRecord.KIND, "entry");
                        headers.put(StreamRecord.SEQ, Long.toString(seq));
                        publish(trail.subject().toString(), headers, forged);
                    }
                    case StreamRecord.Noted(var size, _, var vkey, _) -> {
                        StreamRecord.Draft draft =
                                StreamRecord.draft(
                                        new LogPiece.Noted(
                                                size,
                                                signer.sign(
                                                        new Checkpoint(origin, size, tree.root())
                                                                .text()),
                                                tree.subtrees()),
                                        trail.subject().log(),
                                        vkey);
                        Headers headers = new Headers(draft.headers());
                        headers.remove("Nats-Msg-Id");
                        publish(trail.subject().toString(), headers, draft.data());
                    }
                    case StreamRecord.Removed _ -> throw new IllegalStateException("no bodies");
                }
            }
        }
    }

    private static byte[] forged(byte[] body) {
        return new String(body, StandardCharsets.UTF_8)
                .replace("users:ann", "users:eve")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void publish(CosignedNote note) throws Exception {
        publish(
                note.subject().toString(),
                note.headers(Checkpoint.parse(note.note()).size()),
                note.data());
    }

    private void publish(String subject, Headers headers, byte[] data) throws Exception {
        stream.admin()
                .jetStream()
                .publish(
                        NatsMessage.builder().subject(subject).headers(headers).data(data).build());
    }
}
