// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page on keeping, erasing and backing up tells people to type, typed. */
@Tag("beside")
class AuditCareIT {
    private static final Path PAGE = Path.of("..", "ops", "docs", "audit-care.md");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // What must hold 5 and 6.
    @Test
    void page_asWritten_works() throws Exception {
        List<String> blocks = PageShell.blocks(PAGE);
        assertThat(blocks).hasSize(6);
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST))) {
            Instance instance = system.startInstance("a");
            String log = instance.trail().origin().log();
            assertThat(login(system, system.password("alice"))).isInstanceOf(Login.Admitted.class);
            assertThat(login(system, "wrong")).isInstanceOf(Login.Refused.class);

            assertThat(PageShell.run(system, blocks.get(0)).text())
                    .contains("a: case-17 is in force", "a: case-17, users:alice, from 2026");
            assertThat(PageShell.run(system, blocks.get(1)).text())
                    .containsSubsequence(
                            "kept by a legal hold", "a: released", " erased", "The log holds.");
            assertThat(PageShell.run(system, blocks.get(2)).text()).contains("The entry stands in");
            Deployment.awaitRelayed(instance);
            assertThat(PageShell.run(system, blocks.get(3)).text()).contains("The log holds.");
            assertThat(Files.readString(system.folder().resolve("backup.jsonl")))
                    .contains("T-4711")
                    .doesNotContain("users:alice\",\"source");

            instance.close();
            PageShell.run(system, blocks.get(4));
            Instance after = system.startInstance("a");
            assertThat(after.trail().origin().log()).isNotEqualTo(log);
            Deployment.awaitRelayed(after);
            assertThat(PageShell.run(system, blocks.get(5)).text())
                    .contains("The log holds.", "continues countersign/test/a/" + log + " at ");
        }
    }

    // What must hold 6: each instance has a log of its own, and one order reaches all.
    @Test
    void erase_severalInstances_reachesEachOnce_andSaysWhenOneIsMissing() throws Exception {
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST))) {
            List<Instance> instances =
                    List.of(system.startInstance("a"), system.startInstance("b"));
            Wait.until(
                    "both have let somebody in",
                    PATIENCE,
                    () -> {
                        login(system, system.password("alice"));
                        return instances.stream().allMatch(i -> i.tally().allowed() > 0);
                    });
            String erase = "countersign audit erase --principal users:alice --reference T-1";

            PageShell.Said all = PageShell.run(system, erase + " --instances 2");
            assertThat(all.text()).contains("2 of 2 instances answered");
            assertThat(all.text().lines().filter(l -> l.matches("[ab]: [1-9]\\d* erased.*")))
                    .hasSize(2);
            instances.getFirst().close();
            PageShell.Said one = PageShell.runAnyhow(system, erase + " --instances 2 --wait 3");
            assertThat(one.text()).contains("1 of 2 instances answered");
            assertThat(one.code()).isEqualTo(3);
        }
    }

    private static Login login(Deployment system, String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", password)), PATIENCE);
        }
    }
}
