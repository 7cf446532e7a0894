// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.BadEntry;
import io.countersign.audit.StoredEntry;
import io.countersign.audit.TrailFile;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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
    private static int allowed;
    private static int denied;

    @TempDir Path temp;

    @BeforeAll
    static void start() {
        system = Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST));
        system.withSettings("audit: {witness: 1s}\nshadow-policy: next.yaml");
        system.withShadowPolicy(
                """
                version: 1
                rules:
                  - {id: not-alice, when: {source: users, name: alice}, deny: true}
                """);
        Instance a = system.startInstance("a");
        Instance b = system.startInstance("b");
        List<Instance> both = List.of(a, b);
        // A busy machine may not answer in time; what counts is what the logs have.
        Wait.until(
                "six logins, and both have let somebody in",
                PATIENCE,
                () -> {
                    login(system.password("alice"));
                    return both.stream().allMatch(i -> i.tally().allowed() > 0)
                            && count(both, AuditEntry.ALLOW) >= 6;
                });
        Wait.until(
                "a refusal",
                PATIENCE,
                () -> {
                    login("guessed-secret");
                    return count(both, AuditEntry.DENY) > 0;
                });
        allowed = count(both, AuditEntry.ALLOW);
        denied = count(both, AuditEntry.DENY);
        both.forEach(Deployment::awaitRelayed);
    }

    private static int count(List<Instance> instances, String decision) {
        int count = 0;
        try {
            for (Instance instance : instances) {
                for (StoredEntry stored : instance.trail().reader().from(0, 5000)) {
                    count += stored.entry().decision().equals(decision) ? 1 : 0;
                }
            }
        } catch (AuditUnavailable | BadEntry e) {
            throw new IllegalStateException(e);
        }
        return count;
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static void login(String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            client.login(system.connect(Map.of("user", "alice", "pass", password)), PATIENCE);
        }
    }

    private static CommandRun audit(String... args) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(args));
        all.addAll(List.of("-c", system.configuration().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** She is let in all the same; refused ones were not proven, so it was not asked. */
    @Test
    void export_ofShadowDifferences_listsEachLoginThatItWouldRefuse() throws Exception {
        CommandRun export = audit("export", "--format", "jsonl", "--shadow-differs");

        assertThat(export.exitCode()).isEqualTo(ExitCode.DONE);
        List<String> lines = export.out().lines().toList();
        assertThat(lines)
                .hasSize(allowed)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains(
                                        "\"decision\":\"allow\"",
                                        "\"shadow\":{\"effect\":\"loses\",\"reason\":\"no-rule\",\"rule\":\"not-alice\"}"));
        Matcher id = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"").matcher(lines.getFirst());
        assertThat(id.find()).isTrue();
        CommandRun explained =
                CommandRun.of(
                        "explain", "--entry", id.group(1), "-c", system.configuration().toString());
        assertThat(explained.out())
                .contains(
                        "the shadow policy would refuse it: no-rule (rule not-alice)",
                        "The shadow policy would decide otherwise:");
    }

    @Test
    void tail_ofAllInstances_showsALineForEachEntry() {
        CommandRun run = audit("tail", "-n", "1000", "--no-follow");

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out().lines().filter(l -> l.contains(" allow ")).count()).isEqualTo(allowed);
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
                .hasSize(denied)
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
                .doesNotContain("guessed-secret", system.password("alice"));
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

    /** Instances co-sign for one another by themselves; whose keys count can be said. */
    @Test
    void verify_theStream_saysWhoCoSignedUpToWhere() {
        Wait.until(
                "both are co-signed by the other",
                PATIENCE,
                () -> {
                    String out = audit("verify", "--stream").out();
                    return out.contains("by 1 instance, up to ")
                            && out.contains("(a: ")
                            && out.contains("(b: ");
                });
        Path trail = system.folder().resolve("audit").resolve("a");
        String key = witnessKey(system.folder().resolve("audit").resolve("b"));
        CommandRun trusting = audit("verify", "--stream", trail.toString(), "--witness", key);
        CommandRun json = audit("verify", "--stream", trail.toString(), "--json");
        CommandRun distrusting =
                audit("verify", "--stream", trail.toString(), "--witness", witnessKey(trail));

        assertThat(trusting.out()).contains("co-signed    by 1 instance, up to ", "(b: ");
        assertThat(trusting.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(json.out()).contains("\"cosigned\":[{\"witness\":\"b\",\"size\":");
        assertThat(distrusting.out()).contains("co-signed    by no instance");
    }

    private static String witnessKey(Path trail) {
        return CommandRun.of("audit", "key", "--witness", trail.toString()).out().strip();
    }

    /** A witness signs what extends what it signed before, and its signature can be asked for. */
    @Test
    void witness_signsWhatExtendsWhatItSigned_andNothingElse() throws Exception {
        Path key = temp.resolve("witness.nk");
        try (Seed seed = Seed.generate(NKeyType.USER, new SecureRandom())) {
            seed.write(key);
        }
        String folder = temp.resolve("witness").toString();
        String[] command = {
            "witness", folder, "--key", key.toString(), "--name", "witness.example/w1"
        };
        CommandRun first = audit(command);
        CommandRun again = audit(command);

        assertThat(first.exitCode()).as(first.out() + first.err()).isEqualTo(ExitCode.DONE);
        assertThat(first.out().lines().filter(l -> l.contains(": signed at "))).hasSize(2);
        assertThat(again.out().lines().filter(l -> l.contains(", was at "))).hasSize(2);

        String witness = first.out().lines().findFirst().orElseThrow().split(" ", 2)[1];
        Path trail = system.folder().resolve("audit").resolve("a");
        String log;
        try (TrailFile opened = TrailFile.open(trail.resolve("trail.db"))) {
            log = opened.origin().log();
        }
        Path held = Path.of(folder).resolve(log + ".checkpoint");
        String[] verify = {
            "verify", trail.toString(), "--held", held.toString(), "--witness", witness
        };
        assertThat(audit(verify).exitCode()).isEqualTo(ExitCode.DONE);

        String[] lines = Files.readString(held).split("\n", 4);
        lines[2] = TreeHash.EMPTY.toString();
        Files.writeString(held, String.join("\n", lines));
        CommandRun forked = audit(command);
        assertThat(forked.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(forked.out()).contains("NOT SIGNED: has another tree at");
        assertThat(audit(verify).exitCode()).isNotEqualTo(ExitCode.DONE);

        lines[1] = "1";
        Files.writeString(held, String.join("\n", lines));
        assertThat(audit(command).out())
                .containsAnyOf("has another tree at 1 ", "no longer has the checkpoint at 1,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv", "ocsf"})
    void export_twiceWithACursor_writesEverythingOnce(String format) throws IOException {
        Path cursor = temp.resolve("cursor");
        CommandRun first = audit("export", "--format", format, "--cursor", cursor.toString());
        CommandRun second = audit("export", "--format", format, "--cursor", cursor.toString());

        assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(first.out().lines().filter(l -> l.contains("allow")).count()).isEqualTo(allowed);
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
