// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.nats.PlainLogin;
import io.countersign.nats.Verdict;
import io.countersign.policy.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a login alone tells, when nothing else can be looked at. */
class ChecksTest {
    private static final Look<Optional<String>> NO_EVENT = Look.seen(Optional.empty());
    private static final Look<Optional<String>> UNHEARD = Look.hidden("nobody could listen");

    @TempDir Path dir;

    private ServiceConfig config;
    private OwnKeys keys;

    @BeforeEach
    void configure() throws IOException {
        for (NKeyType type : List.of(NKeyType.CURVE, NKeyType.ACCOUNT, NKeyType.USER)) {
            try (Seed seed = Seed.generate(type, new SecureRandom())) {
                seed.write(dir.resolve(type + ".nk"));
            }
        }
        Path file =
                Files.writeString(
                        dir.resolve("countersign.yaml"),
                        """
                        instance: one
                        mode: static
                        nats:
                          servers: [nats://127.0.0.1:4222]
                          callout: {nkey-seed: USER.nk}
                        keys:
                          xkeys: [CURVE.nk]
                          issuers: [ACCOUNT.nk]
                        accounts:
                          APP: {}
                        """);
        config = ServiceConfig.load(file, new Surroundings(Map.of(), Optional.empty()));
        keys =
                new OwnKeys(
                        List.of(Patient.fresh(NKeyType.CURVE)),
                        List.of(Patient.fresh(NKeyType.ACCOUNT)),
                        Map.of());
    }

    @Test
    void silentReasons_haveAFindingEach() {
        List<Reason> silent =
                Arrays.stream(Reason.values())
                        .filter(reason -> !reason.isAnswered())
                        // The doctor's own login is asked once; an instance that leaves is no
                        // fault.
                        .filter(reason -> reason != Reason.REPLAYED_REQUEST)
                        .filter(reason -> reason != Reason.SHUTTING_DOWN)
                        .toList();
        for (Reason reason : silent) {
            Counts dropped = new Counts(1, 1, Map.of(reason.code(), 1L));
            assertThat(ids(refused(event(""), Look.seen(dropped))))
                    .as(reason.code())
                    .hasSize(1)
                    .doesNotContain("login-unexplained");
        }
    }

    @Test
    void serviceThatIsAtFault_isNamed() {
        Counts dropped = new Counts(1, 1, Map.of(Reason.AUDIT_UNAVAILABLE.code(), 1L));
        assertThat(ids(refused(event(""), Look.seen(dropped)))).containsExactly("service-unable");
    }

    @Test
    void objectionThatNobodyKnows_isRepeated() {
        Look<Counts> counts = Look.seen(new Counts(1, 0, Map.of()));
        List<Finding> findings = errors(refused(event("Expected 3 chunks"), counts));
        assertThat(findings).extracting(Finding::id).containsExactly("login-unexplained");
        assertThat(findings.getFirst().seen())
                .endsWith("did not accept the answer: Expected 3 chunks");
    }

    @Test
    void wrongIssuer_isKnownByTheObjection() {
        String objection =
                "Wrong issuer for auth callout response on account \"AUTH\", expected \"A\" got \"B\"";
        assertThat(ids(refused(event(objection), Look.hidden(""))))
                .containsExactly("issuer-unknown");
    }

    @Test
    void stop_isReadFromEventAndCounters() {
        Look<Counts> asked = Look.seen(new Counts(1, 0, Map.of()));
        Look<Counts> unasked = Look.seen(new Counts(0, 0, Map.of()));
        assertThat(refused(NO_EVENT, unasked).stop()).isEqualTo(Trial.Stop.NOT_CALLED);
        assertThat(refused(NO_EVENT, asked).stop()).isEqualTo(Trial.Stop.NOT_ANSWERED);
        assertThat(refused(event(""), asked).stop()).isEqualTo(Trial.Stop.NOT_ANSWERED);
        assertThat(refused(UNHEARD, unasked).stop()).isEqualTo(Trial.Stop.NOT_ANSWERED);
        assertThat(refused(UNHEARD, Look.hidden("no instance tells")).stop())
                .isEqualTo(Trial.Stop.UNSEEN);
        assertThat(admitted(asked).stop()).isEqualTo(Trial.Stop.ADMITTED);
        assertThat(admitted(unasked).stop()).isEqualTo(Trial.Stop.BYPASSED);
        assertThat(admitted(Look.hidden("no instance tells")).stop())
                .isEqualTo(Trial.Stop.ADMITTED);
        Trial said =
                refused(event("Auth callout service returned an error: no-rule 0199-entry"), asked);
        assertThat(said.stop()).isEqualTo(Trial.Stop.REFUSED);
        assertThat(said.refusalCode()).isEqualTo("no-rule");
    }

    private static Look<Optional<String>> event(String reason) {
        return Look.seen(Optional.of(reason));
    }

    private static Trial refused(Look<Optional<String>> event, Look<Counts> counts) {
        Verdict no = new Verdict.Refused("Authorization Violation", Duration.ofSeconds(3));
        return new Trial("n1", no, event, counts, Look.hidden("out"));
    }

    private static Trial admitted(Look<Counts> counts) {
        Verdict yes = new Verdict.Admitted(Duration.ofMillis(5));
        return new Trial("n1", yes, Look.hidden("in"), counts, Look.hidden(""));
    }

    private List<String> ids(Trial trial) {
        return errors(trial).stream().map(Finding::id).toList();
    }

    private List<Finding> errors(Trial trial) {
        OwnLogin service =
                new OwnLogin(
                        new PlainLogin(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        "U",
                        Optional.empty(),
                        "USER.nk");
        Evidence evidence =
                new Evidence(
                        config,
                        new FilesSeen(List.of(), List.of(), Look.hidden(""), Map.of(), List.of()),
                        keys,
                        Instant.EPOCH,
                        new OwnLogins(service, Optional.empty(), Optional.empty()),
                        new DoorsSeen(
                                Look.seen(new Verdict.Admitted(Duration.ZERO)),
                                Look.hidden(""),
                                Look.hidden(""),
                                Look.hidden(""),
                                Look.hidden("")),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.hidden(""),
                        Look.seen(
                                List.of(
                                        new InstanceSeen(
                                                "1",
                                                "a",
                                                "countersign",
                                                "1.0.0",
                                                "r",
                                                "countersign",
                                                1))),
                        new ClientSeen(false, "alice", Optional.empty()),
                        Look.seen(List.of(trial)),
                        Map.of());
        return Checks.judge(evidence).stream()
                .filter(it -> it.severity() == Severity.ERROR)
                .toList();
    }
}
