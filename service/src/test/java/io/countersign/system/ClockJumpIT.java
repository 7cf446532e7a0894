// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The clock of the one instance that there is jumps by an hour, ahead and back, while its server
 * keeps the right time. Its process gets the clock from a library ({@code libfaketime}); the
 * machine's own is left alone.
 */
class ClockJumpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PROMISED = Duration.ofSeconds(10);
    private static final int LOGINS = 20;

    @Test
    void clockOfAnInstanceJumps_loginsAreAnsweredAllTheSame_andItSaysSo() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withTelemetry("");
            Path offset = system.workspace().dir().resolve("offset");
            set(offset, "+0s");
            InstanceProcess instance =
                    InstanceProcess.start(
                            "a",
                            system.configuration(),
                            system.workspace(),
                            new InstanceProcess.Surroundings(
                                    List.of(
                                            "env",
                                            "LD_PRELOAD=" + library(),
                                            "FAKETIME_DONT_FAKE_MONOTONIC=1",
                                            "FAKETIME_CACHE_DURATION=1",
                                            "FAKETIME_TIMESTAMP_FILE=" + offset),
                                    List.of()));
            instance.awaitReady();
            List<String> said = new ArrayList<>();
            try (Probe probe = new Probe(instance)) {
                probe.awaitReady(true, "\"clock\" : \"ok\"", System.nanoTime());
                for (String jump : List.of("+3600", "-3600", "+4")) {
                    assertAllGetIn(system, instance);
                    set(offset, jump + "s");
                    long jumped = System.nanoTime();
                    assertAllGetIn(system, instance);
                    Duration told = probe.awaitReady(false, "jumped by " + jump, jumped);
                    assertThat(told).isLessThan(Chaos.limit(PROMISED));
                    assertAllGetIn(system, instance);
                    assertThat(probe.readyz()).contains("which servers agree with");
                    set(offset, "+0s");
                    probe.awaitReady(true, "\"clock\" : \"ok\"", jumped);
                    said.add("%s s told after %,d ms".formatted(jump, told.toMillis()));
                }
                assertAllGetIn(system, instance);
                assertThat(probe.line("decision=\"drop\"")).isEmpty();
                assertThat(probe.metric("countersign_allows_refused_total")).isZero();
            }
            Chaos.measured(
                    "clock",
                    "%s; %d of %d logins let in",
                    String.join(", ", said),
                    10 * LOGINS,
                    10 * LOGINS);
        }
    }

    /** At the first try, each of them. */
    private static void assertAllGetIn(Deployment system, InstanceProcess instance) {
        Map<String, Object> alice =
                system.connect(Map.of("user", "alice", "pass", system.password("alice")));
        for (int i = 0; i < LOGINS; i++) {
            try (RawClient client = RawClient.connect(system.server())) {
                assertThat(client.login(alice, PATIENCE))
                        .as(instance::log)
                        .isInstanceOf(Login.Admitted.class);
                assertThat(client.canPublish("app.x")).isTrue();
            }
        }
    }

    /** Whole at any moment: the library may read it at any. */
    private static void set(Path file, String offset) throws IOException {
        Path next = Files.writeString(file.resolveSibling("offset.next"), offset);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Where Debian puts it, for whatever processor. */
    private static Path library() throws IOException {
        try (DirectoryStream<Path> processors = Files.newDirectoryStream(Path.of("/usr/lib"))) {
            for (Path each : processors) {
                Path library = each.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        throw new AssertionError(
                "libfaketimeMT.so.1: not below /usr/lib (expected: Debian's package libfaketime,"
                        + " which ops/test installs)");
    }
}
