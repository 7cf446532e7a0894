// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {
    @TempDir Path temporary;
    private CommandFolder folder;

    @BeforeEach
    void prepare() throws Exception {
        folder = CommandFolder.in(temporary);
    }

    @ParameterizedTest
    @CsvSource({
        "explain-allowed.txt, 0, --user alice --address 10.1.2.3",
        "explain-allowed.json, 0, --user alice --address 10.1.2.3 --json",
        "explain-outside.txt, 1, --user alice --address 192.0.2.1 --credential password",
        "explain-no-rule.txt, 1, --user bob --connection mqtt --server-name s1",
        "explain-unknown.txt, 1, --user carol --group ops --address 10.1.2.3"
    })
    void explain_login_isTheGoldenAnswer(String golden, int exitCode, String args)
            throws Exception {
        CommandRun run = explain(args);

        assertThat(run.out()).isEqualTo(CommandFolder.resource("golden/" + golden));
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @CsvSource({
        "--user alice --connection carrier-pigeon, --connection: carrier-pigeon (expected: one of",
        "--user alice --credential smile, --credential: smile (expected: one of password",
        "--user alice --attribute site, --attribute: site (expected: KEY=VALUE)",
        "--address 10.1.2.3, (--user=NAME | --entry=ID)"
    })
    void explain_wrongUsage_saysWhatWasExpected(String args, String message) {
        CommandRun run = explain(args);

        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void explain_brokenPolicy_explainsNothing() throws Exception {
        folder.replace("policy.yaml", "account: APP\n", "account: APPP\n");

        CommandRun run = explain("--user alice");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("\"APPP\" is not known");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private CommandRun explain(String args) {
        List<String> all = new ArrayList<>(List.of("explain", "-c", folder.config()));
        all.addAll(List.of("--at", "2026-03-01T00:00:00Z"));
        all.addAll(List.of(args.split(" ")));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
