// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDiffCommandTest {
    private static final String CASES =
            """
            version: 1
            cases:
              - given: {user: alice, address: 10.1.2.3}
                want: {account: APP}
              - given: {user: bob}
                want: {deny: no-rule}
              - given: {user: dave, source: corp, attributes: {site: north}}
                want: {account: APP}
            """;

    @TempDir Path temporary;
    private CommandFolder folder;

    @BeforeEach
    void prepare() throws Exception {
        folder = CommandFolder.in(temporary);
        folder.write("cases.yaml", CASES);
        folder.write("next.yaml", CommandFolder.resource("policy.yaml"));
    }

    @Test
    void diff_samePolicy_changesNobody() {
        CommandRun run = diff("--cases", file("cases.yaml"));

        assertThat(run.out()).isEqualTo("3 logins compared: 0 gain, 0 lose, 0 change.\n");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void diff_changedPolicy_listsWhoGainsLosesAndChanges() throws Exception {
        folder.replace("next.yaml", "{allow: [\"commands.{{name}}.>\"]}", "{allow: [orders]}");
        folder.replace("next.yaml", "expires: 2h", "expires: 30m");
        folder.replace("next.yaml", "{attributes: {site: north}}", "{groups: visitors}");

        CommandRun run = diff("--cases", file("cases.yaml"));

        assertThat(run.out())
                .isEqualTo(
                        """
                        changes users:alice from 10.1.2.3 by nats
                                  subscribe.allow: - commands.alice.>
                                  subscribe.allow: + orders
                                  expires: after PT2H -> after PT30M
                        gains   users:bob by nats
                                  no-rule -> APP by rule everybody-of-north
                        loses   corp:dave by nats
                                  APP by rule everybody-of-north -> no-rule
                        3 logins compared: 1 gain, 1 lose, 1 change.
                        """);
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    /** Each login once, however often it came; only of those who had proved who they are. */
    @Test
    void diff_recordedDecisions_areReplayedOnceEach() throws Exception {
        folder.replace("next.yaml", "groups: sensors", "groups: visitors");
        folder.write(
                "entries.jsonl",
                entry("users:alice", "10.1.2.3")
                        + entry("users:alice", "10.1.2.3")
                        + entry("users:bob", "10.1.2.3")
                        + entry("oidc:carol", "10.1.2.3")
                        + entry("", "10.1.2.3"));

        CommandRun run = diff("--entries", file("entries.jsonl"));

        assertThat(run.out())
                .contains("changes users:alice from 10.1.2.3 by nats")
                .contains("3 logins compared: 0 gain, 0 lose, 1 change.")
                .contains("1 of them are not of users.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void diff_whatIsNoEntry_isRefusedWithItsLine() throws Exception {
        folder.write("entries.jsonl", entry("users:alice", "10.1.2.3") + "{}\n");

        CommandRun run = diff("--entries", file("entries.jsonl"));

        assertThat(run.err()).contains("entries.jsonl:2: ").contains("(expected: an entry as");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void diff_withoutLogins_asksForThem() {
        CommandRun run = diff();

        assertThat(run.err()).contains("--cases or --entries");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private static String entry(String principal, String address) {
        AuditEntry entry =
                AuditEntry.of(
                                Kind.DECISION,
                                UUID.fromString("01a20950-e575-7000-9ff5-9b4aa07df4f8"),
                                Instant.parse("2026-03-01T12:00:00Z"),
                                "a")
                        .decision(AuditEntry.ALLOW)
                        .principal(principal)
                        .client(new Client(address, 7, "Client", "nats", "", "", "", ""))
                        .build();
        return new String(entry.encoded(), StandardCharsets.US_ASCII) + "\n";
    }

    private String file(String name) {
        return temporary.resolve(name).toString();
    }

    private CommandRun diff(String... more) {
        List<String> all = new ArrayList<>(List.of("policy", "diff", "-c", folder.config()));
        all.addAll(List.of(file("policy.yaml"), file("next.yaml")));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
