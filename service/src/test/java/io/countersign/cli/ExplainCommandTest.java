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
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Who is not of users.yaml is taken at the word of whoever asks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "corp",
                "opaque",
                "pods",
                "other-cluster",
                "machines",
                "issued",
                "people",
                "directory",
                "hook"
            })
    void explain_userOfAnotherSource_isJudgedByThePolicy(String source) throws Exception {
        folder.withEveryKind();
        folder.replace(
                "policy.yaml",
                "rules:\n",
                """
                rules:
                  - id: of-the-source
                    when: {source: %s, groups: staff, attributes: {team: billing}}
                    grant: {account: APP, buckets: [{bucket: "{{attribute.team}}", read: ">"}]}
                """
                        .formatted(source));
        String login = "--user ann --source " + source + " --group staff --attribute team=";

        CommandRun yes = explain(login + "billing");
        assertThat(yes.out())
                .contains(source + ":ann", "ALLOWED by rule of-the-source")
                .contains("$JS.API.DIRECT.GET.KV_billing.$KV.billing.>")
                .doesNotContain("users.yaml");
        assertThat(yes.exitCode()).isEqualTo(ExitCode.DONE);
        CommandRun no = explain(login + "sales");
        assertThat(no.out()).contains("REFUSED: no-rule", "attributes.team: sales");
        assertThat(no.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void explain_besideAShadowPolicy_tellsWhatThatWouldDo() throws Exception {
        folder.replace("countersign.yaml", "users: ", "shadow-policy: next.yaml\nusers: ");
        folder.write("next.yaml", CommandFolder.resource("policy.yaml"));
        String login = "--user alice --address 10.1.2.3";
        assertThat(explain(login).out()).contains("The shadow policy would decide the same.");

        folder.replace("next.yaml", "site: [north, south]", "site: [south]");
        CommandRun other = explain(login);
        assertThat(other.out())
                .contains("ALLOWED by rule sensors", "The shadow policy would decide otherwise:");
        assertThat(other.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(explain(login + " --json").out()).contains("\"shadow\" : {", "\"effect\" :");
    }

    private CommandRun explain(String args) {
        List<String> all = new ArrayList<>(List.of("explain", "-c", folder.config()));
        all.addAll(List.of("--at", "2026-03-01T00:00:00Z"));
        all.addAll(List.of(args.split(" ")));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
