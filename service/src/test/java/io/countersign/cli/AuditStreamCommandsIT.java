// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit commands against the stream of two instances that let some in and refused some. */
class AuditStreamCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static Deployment system;

    @TempDir Path temp;

    @BeforeAll
    static void start() {
        system = Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST));
        Instance a = system.startInstance("a");
        Instance b = system.startInstance("b");
        // A machine that is busy may leave a login unanswered: clients try again.
        for (int i = 0; i < 6; i++) {
            Wait.until(
                    "let in",
                    PATIENCE,
                    () -> login(system.password("alice")) instanceof Login.Admitted);
        }
        Wait.until(
                "refused by an answer",
                PATIENCE,
                () -> {
                    login("wrong");
                    return a.tally().refused() + b.tally().refused() > 0;
                });
        for (Instance instance : List.of(a, b)) {
            Wait.until(
                    "relayed",
                    PATIENCE,
                    () ->
                            instance.relay().orElseThrow().behind() == 0
                                    && instance.relay().orElseThrow().noted());
        }
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static Login login(String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", password)), PATIENCE);
        }
    }

    private static CommandRun audit(String... args) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(args));
        all.addAll(List.of("-c", system.configuration().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void tail_ofAllInstances_showsALineForEachEntry() {
        CommandRun run = audit("tail", "-n", "1000", "--no-follow");

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out().lines().filter(l -> l.contains(" allow ")).count()).isEqualTo(6);
        assertThat(run.out()).contains("reason=bad-credential", "users:alice", " a ", " b ");
    }

    @Test
    void tail_filtered_showsWhatMatchesAll() {
        CommandRun run =
                audit(
                        "tail",
                        "-n",
                        "1000",
                        "--no-follow",
                        "--json",
                        "--decision",
                        "deny",
                        "--principal",
                        "alice",
                        "--address",
                        "127.0.0.0/8");

        assertThat(run.out().lines())
                .hasSize(1)
                .allSatisfy(line ->
                        assertThat(line).startsWith("{\"v\":1,").contains("bad-credential"));
        assertThat(audit("tail", "-n", "1000", "--no-follow", "--address", "10.0.0.0/8").out())
                .isEmpty();
    }

    @Test
    void explain_entryOfALogin_isToldAndTriedAgain() {
        CommandRun run = explain(idOf("allow"));

        assertThat(run.out())
                .startsWith("allow (")
                .contains("who         users:alice")
                .contains("from        127.0.0.1, nats")
                .contains("then        ")
                .contains(" accepted")
                .contains("The same login today:")
                .contains("ALLOWED by rule ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void explain_entryOfARefusal_saysWhyAndShowsNoSecret() {
        String id = idOf("deny");
        CommandRun run = explain(id);

        assertThat(run.out())
                .startsWith("deny: bad-credential (" + id)
                .contains("who         claimed to be \"alice\"")
                .contains("Nobody was proven")
                .doesNotContain("wrong", system.password("alice"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
        String instance = run.out().contains("by instance a") ? "a" : "b";
        CommandRun same =
                explain(id, "--trail", system.folder().resolve("audit/" + instance).toString());
        assertThat(same.out()).startsWith("deny: bad-credential (" + id);
    }

    @Test
    void explain_entryThatIsNotThere_isNotFound() {
        CommandRun run = explain("01a20950-e575-7000-9ff5-9b4aa07df4f8");

        assertThat(run.err()).contains("no entry 01a20950").contains("in the audit stream");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    private static String idOf(String decision) {
        CommandRun run =
                audit("tail", "-n", "1000", "--no-follow", "--json", "--decision", decision);
        Matcher id = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"").matcher(run.out());
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private static CommandRun explain(String id, String... more) {
        List<String> all = new ArrayList<>(List.of("explain", "--entry", id));
        all.addAll(List.of(more));
        all.addAll(List.of("-c", system.configuration().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void verify_theStream_holds() {
        CommandRun run = audit("verify", "--stream");

        assertThat(run.out()).contains("countersign/test/a/", "countersign/test/b/");
        assertThat(run.out()).doesNotContain("BROKEN");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void verify_aTrailAgainstTheStream_holds() {
        Path trail = system.folder().resolve("audit").resolve("a");

        CommandRun run = audit("verify", "--stream", trail.toString());

        assertThat(run.out()).contains("The log holds.").doesNotContain("no key was given");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv", "ocsf"})
    void export_twiceWithACursor_writesEverythingOnce(String format) throws IOException {
        Path cursor = temp.resolve("cursor");
        CommandRun first = audit("export", "--format", format, "--cursor", cursor.toString());
        CommandRun second = audit("export", "--format", format, "--cursor", cursor.toString());

        assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(first.out().lines().filter(l -> l.contains("allow")).count()).isEqualTo(6);
        assertThat(second.out()).isEmpty();
        assertThat(Files.readAllLines(cursor)).hasSize(2);
    }

    @Test
    void export_ofATrail_isWhatTheStreamHasOfIt() {
        Path trail = system.folder().resolve("audit").resolve("a");

        CommandRun fromFile = audit("export", trail.toString());
        CommandRun fromStream = audit("export", "--instance", "a");

        assertThat(fromFile.out()).isEqualTo(fromStream.out()).isNotEmpty();
    }
}
