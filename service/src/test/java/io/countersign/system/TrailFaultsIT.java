// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.SpoolingTrail;
import io.countersign.audit.TrailFile;
import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A trail that cannot be written, and a stream that is away, while clients log in. */
class TrailFaultsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration NO_ANSWER = Duration.ofSeconds(20);

    /**
     * What must hold 3. The disk is full for one process only: no file of it may grow. That is what
     * a quota does, and needs no rights.
     */
    @Test
    void diskFull_nobodyIsLetInUnrecorded_andEverybodyOnceThereIsSpace() throws Exception {
        int rounds = Soak.size(2);
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Soak soak = Soak.of("full disks");
                Deployment system = Deployment.start(plan)) {
            system.withTelemetry("");
            InstanceProcess instance = system.startProcess("a");
            instance.awaitReady();
            Duration slowest = Duration.ZERO;
            try (Probe probe = new Probe(instance);
                    AuditedLogins logins = new AuditedLogins(system, system.servers(), 4)) {
                for (int round = 1; round <= rounds; round++) {
                    logins.awaitMore(20);
                    assertThat(probe.isReady()).as(probe::readyz).isTrue();
                    long filled = System.nanoTime();
                    fill(instance);
                    Duration said = probe.awaitReady(false, "\"trail\" : \"not writable", filled);
                    assertThat(said).as("says so").isLessThan(Chaos.limit(Duration.ofSeconds(10)));
                    slowest = said.compareTo(slowest) > 0 ? said : slowest;
                    Wait.until("nobody gets in", PATIENCE, () -> isRefused(system, logins));
                    int before = logins.count();
                    assertThat(isRefused(system, logins)).isTrue();
                    // Those whose entry was on disk at that moment, one for each client at most.
                    assertThat(logins.count()).isLessThanOrEqualTo(before + 4);
                    limit(instance, "unlimited");
                    probe.awaitReady(true, "\"trail\" : \"ok\"", filled);
                    soak.sample(round);
                }
                logins.awaitMore(20);
                logins.stop();
                instance.stop();
                instance.restart(); // relays what is left, and checks the trail
                instance.awaitReady();
                long entries = logins.assertRecorded("a");
                soak.note(
                        "%,d logins seen by clients, %,d entries"
                                .formatted(logins.count(), entries));
                Chaos.measured(
                        "disk",
                        "%d times full: not ready within %,d ms; %,d logins seen, all among %,d"
                                + " entries",
                        rounds,
                        slowest.toMillis(),
                        logins.count(),
                        entries);
            }
        }
    }

    /** By the operator's choice: entries wait in memory, and say so afterwards. */
    @Test
    void diskFull_withASpool_everybodyIsLetIn_andRecordedOnceThereIsSpace() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withSettings("audit: {spool: 100000}");
            InstanceProcess instance = system.startProcess("a");
            instance.awaitReady();
            try (AuditedLogins logins = new AuditedLogins(system, system.servers(), 2)) {
                logins.awaitMore(10);
                fill(instance);
                logins.awaitMore(10);
                limit(instance, "unlimited");
                logins.awaitMore(10);
                logins.stop();
                instance.stop();
                instance.restart();
                instance.awaitReady();
                logins.assertRecorded("a");
                assertThat(spooled(system)).isPositive();
            }
        }
    }

    /** Entries that waited in memory. */
    private static long spooled(Deployment system) throws Exception {
        Path trail = system.folder().resolve("audit").resolve("a").resolve("trail.db");
        long count = 0;
        try (TrailFile opened = TrailFile.open(trail)) {
            LogPlace place = LogPlace.START;
            for (List<LogPiece> page = opened.pieces(place, 500);
                    !page.isEmpty();
                    page = opened.pieces(place, 500)) {
                for (LogPiece piece : page) {
                    if (piece instanceof LogPiece.Present(_, var stored)
                            && stored.entry().degraded().contains(SpoolingTrail.SPOOLED)) {
                        count++;
                    }
                }
                place = page.getLast().after();
            }
        }
        return count;
    }

    private static boolean isRefused(Deployment system, AuditedLogins logins) {
        return !(logins.attempt(system.server(), "in vain", NO_ANSWER) instanceof Login.Admitted);
    }

    /** From now on no file of the process may grow: neither its trail nor its own log. */
    private static void fill(InstanceProcess instance) throws Exception {
        limit(instance, "4096");
    }

    private static void limit(InstanceProcess instance, String bytes) throws Exception {
        Process prlimit =
                new ProcessBuilder(
                                "prlimit",
                                "--pid=" + instance.pid(),
                                "--fsize=" + bytes + ":unlimited")
                        .redirectErrorStream(true)
                        .start();
        String text = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(prlimit.waitFor()).as(text).isZero();
    }

    /** What must hold 3: JetStream has lost its majority for a while, logins have not. */
    @Test
    void jetStreamGone_everybodyIsLetIn_andTheStreamHasAllAfterwards() throws Exception {
        Duration outage = Duration.ofSeconds(Soak.size(10));
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        try (Soak soak = Soak.of("seconds without JetStream");
                Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            NatsServer survivor = system.server();
            try (AuditedLogins logins = new AuditedLogins(system, List.of(survivor), 4)) {
                logins.awaitMore(20);
                awaitRelayed(instance);
                List<NatsServer> others = system.servers().subList(1, 3);
                others.forEach(NatsServer::kill);
                long began = System.nanoTime();
                Wait.until(
                        "the failure is seen",
                        PATIENCE,
                        () -> !instance.relay().orElseThrow().failure().isEmpty());
                int samples = 10;
                for (int i = 1; i <= samples; i++) {
                    long end = began + outage.toNanos() * i / samples;
                    logins.awaitMore(3);
                    Wait.until("time passes", outage.plus(PATIENCE), () -> System.nanoTime() > end);
                    soak.sample(outage.toSeconds() * i / samples);
                }
                assertThat(instance.relay().orElseThrow().behind()).isPositive();
                soak.note(
                        "%,d entries waited on disk"
                                .formatted(instance.relay().orElseThrow().behind()));
                others.forEach(NatsServer::restart);
                long back = System.nanoTime();
                logins.awaitMore(20);
                logins.stop();
                awaitRelayed(instance);
                soak.note(
                        "all relayed %d s after the servers were back"
                                .formatted((System.nanoTime() - back) / 1_000_000_000));
                long entries = logins.assertRecorded("a");
                soak.note(
                        "%,d logins seen by clients, %,d entries"
                                .formatted(logins.count(), entries));
                Chaos.measured(
                        "jetstream",
                        "%d s without it; %,d logins seen, all among %,d entries of the stream",
                        outage.toSeconds(),
                        logins.count(),
                        entries);
                assertThat(soak.growthMib()).isLessThan(32);
            }
        }
    }

    private static void awaitRelayed(Instance instance) {
        Wait.until("relayed", PATIENCE, () -> instance.relay().orElseThrow().behind() == 0);
    }
}
