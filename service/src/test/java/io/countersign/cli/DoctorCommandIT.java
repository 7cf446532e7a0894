// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The command as an operator calls it. */
@Tag("beside")
class DoctorCommandIT {
    @Test
    void doctor_aWholeDay_isToldInWords() throws Exception {
        try (Deployment system = Deployment.start(Plan.of(Mode.OPERATOR, NatsBinary.NEWEST))) {
            String[] command = {
                "doctor",
                "--config",
                system.configuration().toString(),
                "--user",
                "alice",
                "--password-file",
                file(system, "password.txt", system.password("alice") + "\n"),
                "--creds",
                system.folder().resolve("creds/sentinel.creds").toString()
            };
            CommandRun before = CommandRun.of(command);
            assertThat(before.exitCode()).isEqualTo(ExitCode.NO);
            assertThat(before.out())
                    .contains("✓ called (n1)")
                    .contains("✗ answered (n1)")
                    .contains("error no-instance: nobody subscribes $SYS.REQ.USER.AUTH")
                    .contains("  mend: countersign serve");
            system.startInstance("a");
            CommandRun after = CommandRun.of(command);
            assertThat(after.exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(after.out()).contains("✓ login (n1)").endsWith("Healthy.\n");
            for (CommandRun run : List.of(before, after)) {
                assertThat(run.out() + run.err())
                        .doesNotContain(system.password("alice"))
                        .doesNotContain("eyJ")
                        .doesNotContainPattern("S[AUXO][A-Z2-7]{50}");
            }
        }
    }

    private static String file(Deployment system, String name, String text) throws Exception {
        Path file = system.folder().resolve(name);
        return Files.writeString(file, text).toString();
    }
}
