// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.Wait;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances that by mistake do not share one queue group. */
@Tag("beside")
class QueueGroupIT {
    // Checklist 72.
    @Test
    void start_withAnotherQueueGroupThanTheRest_findsThem() throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        // What setup writes would not let the odd one take questions at all.
                        .changing(conf -> conf.replace("USER.AUTH countersign\"", "USER.AUTH\""));
        try (Deployment system = Deployment.start(plan)) {
            Instance first = system.startInstance("a");
            Instance same = system.startInstance("b");
            String shared = Files.readString(system.configuration());
            Files.writeString(
                    system.configuration(),
                    shared.replaceFirst("(?m)^nats:", "nats:\n  queue-group: odd"));
            Instance odd = system.startInstance("c");

            Wait.until(
                    "both found", Duration.ofSeconds(30), () -> odd.otherQueueGroups().size() == 2);
            assertThat(odd.otherQueueGroups().values()).containsOnly("countersign");
            assertThat(first.otherQueueGroups()).isEmpty();
            assertThat(same.otherQueueGroups()).isEmpty();
        }
    }

    @Test
    void start_withAQueueGroupThatTheServerRefuses_isNeverReady() throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST).withServers(1);
        try (Deployment system = Deployment.start(plan)) {
            String shared = Files.readString(system.configuration());
            Files.writeString(
                    system.configuration(),
                    shared.replaceFirst("(?m)^nats:", "nats:\n  queue-group: odd"));
            InstanceProcess odd = system.startProcess("odd");
            Wait.until(
                    "word of the refusal",
                    Duration.ofSeconds(30),
                    () ->
                            odd.logged("did not confirm: .*Permissions Violation for Subscription")
                                    .isPresent());
            assertThat(odd.log()).doesNotContain("is ready");
        }
    }
}
