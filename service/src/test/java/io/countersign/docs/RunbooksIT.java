// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the runbooks for disasters and upgrades tell people to type, typed. */
@Tag("beside")
class RunbooksIT {
    private static final Path PAGE = Path.of("..", "ops", "docs", "runbooks.md");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<String> BOTH = List.of("a  version", "b  version");

    /** Commands read the name of this machine's instance from here. */
    private static final String HOST = "export HOSTNAME=a\n";

    // What must hold 5.
    @Test
    void disasters_asWritten_areMended() throws Exception {
        List<String> blocks = PageShell.blocks(PAGE, "## Disasters");
        assertThat(blocks).hasSize(6);
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST))) {
            Instance lost = system.startInstance("a");
            try (Administrator admin = Administrator.of(system)) {
                admin.revoke("principal", "users:ghost");
            }
            Deployment.awaitRelayed(lost);
            PageShell.run(system, HOST + blocks.get(0));
            lost.close();
            PageShell.run(system, "mv audit backup");

            PageShell.run(system, HOST + blocks.get(1));
            Instance empty = system.startInstance("a");
            assertThat(revocations(system)).doesNotContain("users:ghost");
            Deployment.awaitRelayed(empty);
            assertThat(PageShell.run(system, HOST + blocks.get(2)).text())
                    .contains("a: 1 records, 1 new", "users:ghost", "holds");
            empty.close();
            PageShell.run(system, "rm -r audit");

            PageShell.run(system, HOST + blocks.get(3));
            Instance from = system.startInstance("a");
            assertThat(revocations(system)).contains("users:ghost");

            try (RawClient client = RawClient.connect(system.server())) {
                assertThat(client.login(alice(system), PATIENCE))
                        .isInstanceOf(Login.Admitted.class);
                assertThat(PageShell.run(system, HOST + blocks.get(4)).text())
                        .contains("Nothing is changed (--dry-run).", "done by 1 of 1");
                assertThat(client.awaitClosed(PATIENCE)).isTrue();
            }
            Deployment.awaitRelayed(from);
            assertThat(PageShell.run(system, HOST + blocks.get(5)).text())
                    .contains("revoked principal users:ghost", "stolen keys");
        }
    }

    /** With the same build in the place of a new one: UpgradeIT has two that differ. */
    @Test
    void upgrade_asWritten_works() throws Exception {
        List<String> blocks = PageShell.blocks(PAGE, "## Upgrades");
        assertThat(blocks).hasSize(2);
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST))) {
            List<Path> files = InstanceCluster.configurations(system, 2);
            // A process as well: `instances` fails if builds differ, and this JVM's is none.
            InstanceProcess other = InstanceProcess.start("b", files.get(1), system.workspace());
            other.awaitReady();
            int port = FreePorts.one();
            Files.writeString(
                    system.configuration(),
                    Files.readString(files.get(0))
                            .replace("listen: off", "listen: 127.0.0.1:" + port));
            InstanceProcess old = system.startProcess("a");
            old.awaitReady();
            Path upgraded = system.folder().resolve("a.pid");
            Files.writeString(upgraded, String.valueOf(old.pid()));
            try {
                assertThat(PageShell.run(system, HOST + blocks.get(0)).text()).contains(BOTH);
                assertThat(
                                PageShell.run(
                                                system,
                                                HOST
                                                        + systemctl()
                                                        + blocks.get(1)
                                                                .replace(":9464", ":" + port))
                                        .text())
                        .contains(BOTH);
                assertThat(old.isAlive()).isFalse();
                assertThat(Long.parseLong(Files.readString(upgraded).strip()))
                        .isNotEqualTo(old.pid());
            } finally {
                end(Long.parseLong(Files.readString(upgraded).strip()));
            }
        }
    }

    /** What systemd does with the unit, as far as the page needs it. */
    private static String systemctl() {
        return """
        systemctl() {
          case $1 in
            stop) kill -TERM "$(cat a.pid)"; while kill -0 "$(cat a.pid)" 2>/dev/null; do sleep 0.1; done ;;
            start) (exec %s serve) >>a-upgraded.log 2>&1 & echo $! >a.pid ;;
          esac
        }
        """
                .formatted(PageShell.quoted());
    }

    private static void end(long pid) throws Exception {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().destroy();
            process.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String revocations(Deployment system) {
        try (Administrator admin = Administrator.of(system)) {
            return admin.ask("revocations", "{}").toString();
        }
    }

    private static Map<String, Object> alice(Deployment system) {
        return system.connect(Map.of("user", "alice", "pass", system.password("alice")));
    }
}
