// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.PolicyFile.Loaded;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.policy.Decision;
import io.countersign.policy.Facts;
import io.countersign.policy.Grant;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.ResponsePermission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with bad ones stands in {@code bad/policy-*}: {@link BadFilesTest}. */
class PolicyFileTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private static final String RESPONSES = "allow-responses: {max: 5, for: 30s}";

    @TempDir Path folder;
    private final Problems problems = new Problems();

    /** Alice fits each condition of the rule: had one been lost, the next test would not fail. */
    @Test
    void read_everyKey_isInTheGrant() throws Exception {
        Grant grant = allowed(alice("10.1.2.3", ConnectionType.MQTT, "east-1"));

        assertThat(grant.account()).isEqualTo("APP");
        assertThat(grant.permissions().publish().allow()).contains("orders.>", "telemetry.alice.>");
        assertThat(grant.permissions().publish().deny()).contains("orders.secret.>", "$SYS.>");
        assertThat(grant.permissions().subscribe().allow())
                .contains("work.* workers", "commands.alice.>");
        assertThat(grant.permissions().subscribe().deny())
                .contains("work.x", "commands.*.admin", "$SYS.>", "$JS.API.>");
        assertThat(grant.permissions().responses())
                .contains(new ResponsePermission(5, Duration.ofSeconds(30)));
        assertThat(grant.expires())
                .isBetween(NOW.plus(Duration.ofMinutes(107)), NOW.plus(Duration.ofHours(2)));
        assertThat(grant.tags()).containsExactly("site:north");
    }

    @ParameterizedTest
    @CsvSource({
        "name: [alice, name: [carol",
        "source: users, source: corp",
        "groups: [sensors], groups: [others]",
        "site: [north, site: [west",
        "floor: \"3\", floor: \"4\"",
        "10.0.0.0/8, 11.0.0.0/8",
        "'[mqtt]', '[leafnode]'",
        "server-cluster: east, server-cluster: west",
        "'\"east-*\"', west-a",
        "'[client, leafnode]', leafnode",
        "zone:b, zone:c"
    })
    void read_conditionOfAnother_keepsHerOut(String hers, String others) throws Exception {
        String text =
                text("policy-full.yaml").replace("[nats, websocket, mqtt, leafnode]", "[mqtt]");
        assertThat(text).contains(hers);
        Loaded loaded = good(text.replace(hers, others));

        assertThat(loaded.policy().decide(alice("10.1.2.3", ConnectionType.MQTT, "east-1"), NOW))
                .isInstanceOf(Decision.Deny.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allow-responses: true|1|PT2M",
                "allow-responses: {}|1|PT2M",
                "allow-responses: {max: 7}|7|PT2M",
                "allow-responses: {max: -1, for: 30s}|-1|PT30S"
            })
    void read_allowResponses_hasDefaults(String written, int max, Duration ttl) throws Exception {
        Loaded loaded = good(text("policy-full.yaml").replace(RESPONSES, written));

        Decision decision =
                loaded.policy().decide(alice("10.1.2.3", ConnectionType.MQTT, "east-1"), NOW);
        assertThat(((Decision.Allow) decision).grant().permissions().responses())
                .contains(new ResponsePermission(max, ttl));
    }

    @Test
    void read_allowResponsesFalse_isNone() throws Exception {
        Loaded loaded = good(text("policy-full.yaml").replace(RESPONSES, "allow-responses: false"));

        Decision decision =
                loaded.policy().decide(alice("10.1.2.3", ConnectionType.MQTT, "east-1"), NOW);
        assertThat(((Decision.Allow) decision).grant().permissions().responses()).isEmpty();
    }

    @Test
    void read_thingsToLookAt_areWarningsWithTheirLine() throws Exception {
        Loaded loaded =
                good(
                        """
                        version: 1
                        roles:
                          unused: {publish: {allow: [a]}}
                        rules:
                          - id: all
                            when: {groups: ops}
                            grant:
                              account: APP
                              publish: {allow: [a], everything: true}
                              subs: 10
                              payload: 1024
                        """);

        assertThat(loaded.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "policy.yaml:3: roles.unused: is used by no rule",
                        "policy.yaml:9: rules[0].grant.publish.everything: nothing in allow is that"
                                + " wide (expected: left out)",
                        "policy.yaml:10: rules[0].grant.subs: servers ignore it for users that a"
                                + " callout lets in, and it is not sent (expected: a limit of the"
                                + " account \"APP\": max_subscriptions in nats-server's configuration,"
                                + " or nsc edit account --subscriptions)",
                        "policy.yaml:11: rules[0].grant.payload: servers ignore it for users that"
                                + " a callout lets in, and it is not sent (expected: a limit of the"
                                + " account \"APP\": max_payload in nats-server's configuration, or"
                                + " nsc edit account --payload)");
    }

    /** An attribute may be called anything; its name must not forge lines in a terminal. */
    @Test
    void read_attributeWithAWildName_isFoundAndQuoted() throws Exception {
        read(
                """
                version: 1
                rules:
                  - id: all
                    when:
                      attributes:
                        plain: [a]
                        "a.b \\"\\e[31m\\n": [a, ""]
                    grant: {account: ELSEWHERE}
                """);

        assertThat(problems.list())
                .extracting(Problem::toString)
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001b", "\n"));
    }

    @Test
    void read_missingFile_isAProblemOfIt() {
        Path missing = folder.resolve("policy.yaml");

        assertThat(PolicyFile.read(missing, ConfigFolder.POLICIES, problems)).isEmpty();
        assertThat(problems.list()).containsExactly(new Problem(missing, 0, "", "no such file"));
    }

    private Grant allowed(Facts facts) throws IOException {
        Decision decision = good(text("policy-full.yaml")).policy().decide(facts, NOW);
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return ((Decision.Allow) decision).grant();
    }

    private static Facts alice(String host, ConnectionType connection, String server) {
        Identity identity =
                new Identity(
                        new Principal("users", "alice"),
                        CredentialRef.NONE,
                        Set.of("sensors"),
                        Map.of("site", List.of("north"), "floor", List.of("3")),
                        Optional.empty());
        return new Facts(
                identity,
                host,
                Optional.of(connection),
                "client",
                "",
                server,
                "east",
                List.of("zone:b"),
                "",
                false,
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL");
    }

    private Loaded good(String text) throws IOException {
        Optional<Loaded> loaded = read(text);
        assertThat(problems.list()).isEmpty();
        return loaded.orElseThrow();
    }

    private Optional<Loaded> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.yaml"), text);
        return PolicyFile.read(file, ConfigFolder.POLICIES, problems);
    }

    private static String text(String name) throws IOException {
        try (var in = PolicyFileTest.class.getResourceAsStream("good/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
