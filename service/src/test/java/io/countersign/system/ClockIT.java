// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The clock of an instance's machine is set while it runs: libfaketime tells that one process
 * another time than the machine's. The clock that nobody sets goes on as it is.
 */
class ClockIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOGINS = 10;

    /** By so much the clock is set, one after the other: ahead, back, and right again. */
    private static final List<String> STEPS = List.of("+3600s", "-3600s", "+0s");

    @Test
    void clockOfAnInstance_setAheadAndBack_costsNoLogin() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withTelemetry("");
            Path offset = system.workspace().dir().resolve("clock");
            set(offset, "+0s");
            InstanceProcess instance =
                    InstanceProcess.start(
                            "a",
                            system.configuration(),
                            system.workspace(),
                            new InstanceProcess.Surroundings(faked(offset), List.of()));
            instance.awaitReady();
            try (Probe probe = new Probe(instance)) {
                List<Long> times = new ArrayList<>(logins(system, LOGINS, "before"));
                for (String step : STEPS) {
                    set(offset, step);
                    double jumped = step.equals("+0s") ? 0 : 1;
                    long since = System.nanoTime();
                    while (probe.metric("countersign_clock_jumped") != jumped) {
                        times.addAll(logins(system, 1, step));
                        assertThat(Chaos.since(since)).as(step).isLessThan(PATIENCE);
                    }
                    times.addAll(logins(system, LOGINS, step + ", noticed"));
                }
                assertThat(instance.log()).contains("is back where it was");
                Wait.until("ready again", PATIENCE, probe::isReady);
                Chaos.measured(
                        "clock",
                        "set an hour ahead, an hour back and right again: %d logins, none failed,"
                                + " the slowest took %d ms",
                        times.size(),
                        Collections.max(times));
            }
        }
    }

    private static List<String> faked(Path offset) throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/usr/lib"), 3)) {
            Path library =
                    all.filter(path -> path.endsWith("faketime/libfaketimeMT.so.1"))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalStateException(
                                            "libfaketimeMT.so.1 is not below /usr/lib (expected:"
                                                    + " Debian's package libfaketime, which"
                                                    + " ops/lib/test-packages installs)"));
            return List.of(
                    "env",
                    "LD_PRELOAD=" + library,
                    "FAKETIME_DONT_FAKE_MONOTONIC=1",
                    // Else it repairs waits of other programs, and those of a JVM end at once.
                    "FAKETIME_FORCE_MONOTONIC_FIX=0",
                    // In seconds; else each look at the clock reads the file.
                    "FAKETIME_CACHE_DURATION=1",
                    "FAKETIME_TIMESTAMP_FILE=" + offset);
        }
    }

    /** In one step, because the process reads it all the time. */
    private static void set(Path offset, String step) throws IOException {
        Path next = Files.writeString(offset.resolveSibling("clock.next"), step + "\n");
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<Long> logins(Deployment system, int count, String when) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Login login = login(system);
            assertThat(login)
                    .as("%s: %s", when, system.server().log())
                    .isInstanceOf(Login.Admitted.class);
            times.add(login.elapsed().toMillis());
        }
        return times;
    }

    private static Login login(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    PATIENCE);
        }
    }
}
