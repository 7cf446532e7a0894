// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTestCommandTest {
    @TempDir Path temporary;
    private CommandFolder folder;

    @BeforeEach
    void prepare() throws Exception {
        folder = CommandFolder.in(temporary);
    }

    @Test
    void test_casesThatHold_pass() throws Exception {
        CommandRun run =
                test(
                        """
                        version: 1
                        cases:
                          - note: alice reports from her network
                            given: {user: alice, address: 10.1.2.3}
                            want:
                              rule: sensors
                              account: APP
                              may-publish: [telemetry.alice.temp, telemetry.alice.>]
                              may-not-publish: [telemetry.bob.temp, ">", "$SYS.REQ.X"]
                              may-subscribe: [commands.alice.>, commands.alice.* pool]
                              may-not-subscribe: [commands.bob.x, news]
                              expires-within: 2h
                          - note: nobody has heard of carol, but she is one of the operators
                            given: {user: carol, groups: [ops], address: 10.9.9.9}
                            want: {deny: no-authenticator}
                          - note: a stranger of another source
                            given: {user: carol, source: corp}
                            want: {deny: no-rule}
                          - note: from outside
                            given: {user: alice, address: 192.0.2.1}
                            want: {deny: address-not-allowed}
                        """);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("4 cases, all as wanted.\n");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void test_casesThatDoNotHold_sayWhatCameInstead() throws Exception {
        CommandRun run =
                test(
                        """
                        version: 1
                        cases:
                          - note: all wrong
                            given: {user: alice, address: 10.1.2.3}
                            want:
                              rule: operators
                              account: ORDERS
                              may-publish: orders.new
                              may-not-publish: telemetry.alice.temp
                              may-subscribe: news
                              may-not-subscribe: commands.alice.a q
                              expires-within: 1h
                          - given: {user: alice, address: 10.1.2.3}
                            want: {deny: no-rule}
                          - given: {user: alice, address: 192.0.2.1}
                            want: {rule: sensors}
                          - given: {user: mallory, source: corp}
                            want: {deny: revoked}
                        """);

        assertThat(run.out())
                .isEqualTo(
                        """
                        cases.yaml:3: all wrong: FAILED
                            rule: want: operators; got: sensors
                            account: want: ORDERS; got: APP
                            publish orders.new: want: may; got: may not (allow telemetry.alice.>, deny $SYS.>)
                            publish telemetry.alice.temp: want: may not; got: may (allow telemetry.alice.>, deny $SYS.>)
                            subscribe news: want: may; got: may not (allow commands.alice.>)
                            subscribe commands.alice.a q: want: may not; got: may (allow commands.alice.>)
                            expires: want: within PT1H; got: after PT2H
                        cases.yaml:13: case 2: FAILED
                            want: refused as no-rule; got: allowed by rule sensors
                        cases.yaml:15: case 3: FAILED
                            want: allowed; got: refused as address-not-allowed (networks: from 10.0.0.0/8; is from 192.0.2.1)
                            rule: want: sensors; got: none
                        cases.yaml:17: case 4: FAILED
                            want: refused as revoked; got: refused as no-rule (no rule matches)
                        4 cases, 4 not as wanted.
                        """);
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void test_brokenCasesAndPolicy_areAllToldAndNothingIsTried() throws Exception {
        folder.replace("policy.yaml", "account: APP\n", "account: APPP\n");
        CommandRun run = test("version: 1\ncases:\n  - given: {user: a}\n    want: {}\n");

        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("\"APPP\" is not known")
                .contains("cases.yaml:4: cases[0].want: an empty mapping")
                .contains("2 problems. Nothing was tried.");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void test_otherPolicyAsJson_isTheOneThatIsTried() throws Exception {
        folder.write(
                "next.yaml",
                """
                version: 1
                rules:
                  - id: all
                    broad: true
                    when: {expression: client.tls && client.name == "probe"}
                    grant: {account: APP, publish: {allow: [a]}}
                """);
        folder.write(
                "cases.yaml",
                """
                version: 1
                cases:
                  - note: over TLS
                    given: {user: zoe, source: corp, tls: true, client-name: probe}
                    want: {rule: all}
                  - note: in the clear
                    given: {user: zoe, source: corp, client-name: probe}
                    want: {rule: all}
                """);

        CommandRun run = run("--json", "--policy", temporary.resolve("next.yaml").toString());

        assertThat(run.out())
                .contains("\"ok\" : false")
                .contains("\"note\" : \"over TLS\",\n    \"passed\" : true")
                .contains("\"note\" : \"in the clear\",\n    \"passed\" : false")
                .contains("want: allowed; got: refused as no-rule");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    private CommandRun test(String cases) throws Exception {
        folder.write("cases.yaml", cases);
        return run();
    }

    private CommandRun run(String... more) {
        List<String> all = new ArrayList<>(List.of("policy", "test", "-c", folder.config()));
        all.addAll(List.of(more));
        all.add(temporary.resolve("cases.yaml").toString());
        return CommandRun.of(all.toArray(String[]::new));
    }
}
