// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A real server, three instances as processes, and a guesser with 500 addresses: stopped as if
 * there were one instance, while the owner of the name gets in from where she is known.
 */
class ThrottleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int MOST = 50;
    private static final int ADDRESSES = 500;
    private static final String HOME = "127.0.0.1";
    private static final String SETTINGS =
            """
            throttles:
              - name: user
                key: [user]
                failures: MOST
                spare: known
                lockout: {first: 30m}
            """;

    private record Said(int code, String text) {}

    @Test
    void guesser_withManyAddresses_isStoppedAndTheOwnerIsNot() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            List<Path> files = configurations(system);
            List<InstanceProcess> instances = start(system, files);
            Wait.until("alice gets in", PATIENCE, () -> isIn(system, HOME));

            for (int i = 0; i < ADDRESSES; i++) {
                assertThat(login(system, address(i), "wrong"))
                        .isNotInstanceOf(Login.Admitted.class);
            }
            int told = answers(system, "bad-credential");
            // On a busy machine some get no answer in time; a guess without one tells nothing.
            assertThat(told).isBetween(1, MOST + MOST / 10);
            assertThat(answers(system, "locked-out")).isBetween(ADDRESSES / 2, ADDRESSES - told);
            // The right password does not help him, wherever he asks; she comes from where she was.
            for (int i = 0; i < 12; i++) {
                assertThat(isIn(system, address(ADDRESSES + i))).isFalse();
                assertThat(isIn(system, HOME)).isTrue();
            }

            // Restarted as a whole, it still holds, and so does what is known of her.
            instances.forEach(InstanceProcess::kill);
            List<InstanceProcess> again = start(system, files);
            assertThat(isIn(system, address(700))).isFalse();
            assertThat(isIn(system, HOME)).isTrue();

            String id = run(system, "lockouts", "--about", "alice").text().substring(0, 16);
            Said unlocked = run(system, "unlock", "--user", "alice", "--reason", "was me");
            assertThat(unlocked).isEqualTo(new Said(0, "unlocked user alice\n"));
            Wait.until("all let her in", PATIENCE, () -> isIn(system, address(701)));
            for (int i = 0; i < 6; i++) {
                assertThat(isIn(system, address(702 + i))).isTrue();
            }
            assertThat(run(system, "unlock", id).code()).isEqualTo(1);
            assertThat(run(system, "lockouts", "--json").text()).contains("\"count\" : 0");
            hung(system, again.getFirst());
        }
    }

    /** One member stands still; nobody whom the other two are asked about waits for it in vain. */
    private static void hung(Deployment system, InstanceProcess frozen) throws Exception {
        for (int i = 0; i < 6; i++) {
            Login guess = login(system, address(i), "wrong");
            assertThat(guess).isNotInstanceOf(Login.Admitted.class);
        }
        frozen.sigstop();
        try {
            // Its own share of questions goes unanswered until it is fenced; a client tries again.
            for (int i = 0; i < 6; i++) {
                String from = address(800 + i);
                Wait.until("alice gets in from " + from, PATIENCE, () -> isIn(system, from));
            }
        } finally {
            frozen.sigcont();
        }
        Wait.until("it is back", PATIENCE, () -> isIn(system, HOME));
    }

    private static String address(int number) {
        return "127.1.%d.%d".formatted(number / 250, 1 + number % 250);
    }

    private static boolean isIn(Deployment system, String address) {
        return login(system, address, system.password("alice")) instanceof Login.Admitted;
    }

    private static Login login(Deployment system, String address, String password) {
        try (RawClient client = RawClient.connectFrom(address, system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", password)), PATIENCE);
        }
    }

    /** How often the server's log has a reason. */
    private static int answers(Deployment system, String reason) {
        String line = "returned an error: " + reason + " ";
        return (int) Pattern.compile(line).matcher(system.server().log()).results().count();
    }

    private static List<Path> configurations(Deployment system) throws Exception {
        List<Integer> ports = FreePorts.several(3);
        List<String> members = ports.stream().map(p -> "\"127.0.0.1:" + p + "\"").toList();
        system.withSettings(SETTINGS.replace("MOST", String.valueOf(MOST)));
        String common = Files.readString(system.configuration());
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            Path file = system.folder().resolve("countersign-" + NAMES.get(i) + ".yaml");
            String network =
                    "cluster-network: {listen: \"127.0.0.1:%d\", members: %s}%n"
                            .formatted(ports.get(i), members);
            Files.writeString(file, common + network);
            files.add(file);
        }
        return files;
    }

    private static List<InstanceProcess> start(Deployment system, List<Path> files) {
        List<InstanceProcess> instances = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            // One after the other: three JVMs that start at once are slow on a busy machine.
            instances.add(InstanceProcess.start(NAMES.get(i), files.get(i), system.workspace()));
            instances.getLast().awaitReady();
        }
        return instances;
    }

    private static Said run(Deployment system, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", system.configuration().toString()));
        Process process =
                new ProcessBuilder(InstanceProcess.command(all.toArray(String[]::new)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
