// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.StoredEntry;
import io.countersign.cli.Instance;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What servers made of our answers stands in the trail of the instance that gave them. */
class VerdictsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(Deployment.Mode.values())
                .flatMap(mode ->
                        Stream.of(NatsBinary.values())
                                .map(binary -> Deployment.Plan.of(mode, binary)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void session_thatBeginsAndEnds_isFollowedByItsInstanceOnly(Deployment.Plan plan) {
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(policy("APP"));
            List<Instance> instances =
                    List.of(system.startInstance("a"), system.startInstance("b"));
            for (int i = 0; i < 4; i++) {
                try (RawClient client = RawClient.connect(system.server())) {
                    assertThat(login(system, client, "ann")).isInstanceOf(Login.Admitted.class);
                }
            }
            try (RawClient client = RawClient.connect(system.server())) {
                Map<String, String> wrong = Map.of("user", "ann", "pass", "wrong");
                assertThat(client.login(system.connect(wrong))).isInstanceOf(Login.Refused.class);
            }
            Wait.until(
                    "four ends",
                    PATIENCE,
                    () -> instances.stream().mapToLong(i -> ends(i).size()).sum() >= 4);
            for (Instance instance : instances) {
                assertEveryAllowHasItsVerdicts(instance);
                assertThat(instance.openSessions()).isZero();
                assertThat(instance.refusedAllows()).isZero();
            }
        }
    }

    private static void assertEveryAllowHasItsVerdicts(Instance instance) {
        for (AuditEntry decision : entries(instance)) {
            if (decision.kind() != Kind.DECISION) {
                continue;
            }
            List<AuditEntry> verdicts =
                    entries(instance).stream()
                            .filter(e -> e.refersTo().equals(Optional.of(decision.id())))
                            .toList();
            if (decision.decision().equals(AuditEntry.ALLOW)) {
                assertThat(verdicts)
                        .extracting(AuditEntry::decision)
                        .containsExactly("accepted", "ended");
                AuditEntry end = verdicts.getLast();
                assertThat(end.reason()).isEqualTo("client-closed");
                assertThat(end.detail()).matches("after \\d+\\.\\d{3} s: Client Closed");
                assertThat(end.took().get("session")).isPositive();
            } else {
                assertThat(verdicts).as("after a refusal of ours").isEmpty();
            }
        }
    }

    // Checklist 84.
    @Test
    void allow_thatTheServerCannotFollow_isRecordedAsRefusedByIt_andTheInstanceIsNotReady() {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(text -> text.replaceAll("\\bOTHER\\b", "ELSEWHERE"));
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(policy("OTHER")).withTelemetry("");
            Instance instance = system.startInstance("a");
            try (Probe probe = new Probe(instance)) {
                assertThat(probe.isReady()).as(probe::readyz).isTrue();
            }
            long began = System.nanoTime();
            try (RawClient client = RawClient.connect(system.server())) {
                assertThat(login(system, client, "ann")).isNotInstanceOf(Login.Admitted.class);
            }
            AuditEntry verdict = awaitVerdict(instance, "refused-by-server");
            assertThat(verdict.detail()).contains("OTHER");
            assertThat(instance.refusedAllows()).isEqualTo(1);
            assertThat(instance.openSessions()).isZero();
            try (Probe probe = new Probe(instance)) {
                Duration told = probe.awaitReady(false, "did not accept an allow of ours", began);
                Chaos.measured("ready", "an answer refused by a server: %,d ms", told.toMillis());
                assertThat(told).isLessThan(Chaos.limit(Duration.ofSeconds(10)));
                assertThat(probe.metric("countersign_allows_refused_total")).isEqualTo(1);
            }
        }
    }

    @Test
    void allow_thatCameTooLateForTheServer_isRecordedAsTimedOut() {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST)
                        .changing(text -> text.replaceFirst("(?m)^( +timeout:) 3$", "$1 0.02"));
        try (Deployment system = Deployment.start(plan)) {
            // Each login takes a hash of its own, which takes longer than the server waits.
            system.withSettings("password-cache: {entries: 0}");
            Instance instance = system.startInstance("a");
            Wait.until(
                    "a login that comes too late",
                    PATIENCE,
                    () -> {
                        try (RawClient client = RawClient.connect(system.server())) {
                            client.login(
                                    system.connect(
                                            Map.of(
                                                    "user",
                                                    "alice",
                                                    "pass",
                                                    system.password("alice"))));
                        }
                        return !verdicts(instance, "timed-out").isEmpty();
                    });
        }
    }

    private static AuditEntry awaitVerdict(Instance instance, String decision) {
        return Wait.forValue(
                "verdict " + decision,
                PATIENCE,
                () -> verdicts(instance, decision).stream().findFirst());
    }

    private static List<AuditEntry> ends(Instance instance) {
        return verdicts(instance, "ended");
    }

    private static List<AuditEntry> verdicts(Instance instance, String decision) {
        return entries(instance).stream()
                .filter(e -> e.kind() == Kind.VERDICT && e.decision().equals(decision))
                .toList();
    }

    private static List<AuditEntry> entries(Instance instance) {
        List<AuditEntry> entries = new ArrayList<>();
        try {
            // The reader belongs to the trail, which closes it.
            for (StoredEntry stored : instance.trail().reader().from(0, 1_000)) {
                entries.add(stored.entry());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return entries;
    }

    private static Login login(Deployment system, RawClient client, String user) {
        return client.login(system.connect(Map.of("user", user, "pass", "secret")));
    }

    private static String policy(String account) {
        return """
        version: 1
        rules:
          - id: ann
            when: { name: ann }
            grant: { account: %s }
        """
                .formatted(account);
    }

    private static String users() {
        return """
          - { name: ann, password: "%s" }
        """
                .formatted(CheapHash.of("secret").encoded());
    }
}
