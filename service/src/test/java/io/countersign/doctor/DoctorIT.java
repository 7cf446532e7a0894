// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A system without a fault, and the two trouble cases of every newcomer, on old and new servers.
 */
@Tag("beside")
class DoctorIT {
    private static final String DEFECTS = "server-version-defects";

    @ParameterizedTest
    @CsvSource({"OPERATOR, NEWEST", "STATIC, NEWEST", "STATIC, V2_10"})
    void healthySystem_hasNoFindings(Mode mode, NatsBinary binary) throws Exception {
        // An old server has what was mended since, and nothing else.
        List<String> none = binary == NatsBinary.NEWEST ? List.of() : List.of(DEFECTS);
        try (Deployment system = Deployment.start(Plan.of(mode, binary))) {
            Patient patient = new Patient(system);
            try (Instance instance = patient.instance()) {
                assertThat(ids(patient.visitWithFiles())).isEqualTo(none);
                Diagnosis withUser = patient.visit(patient.alice());
                assertThat(ids(withUser)).isEqualTo(none);
                assertThat(withUser.isHealthy()).isTrue();
                assertThat(withUser.steps())
                        .allMatch(step -> step.mark() == Step.Mark.GOOD)
                        .last()
                        .isEqualTo(new Step("login (n1)", Step.Mark.GOOD, "in account APP"));
                assertThat(instance.tally().requests()).isEqualTo(2);
            }
        }
    }

    /** The servers' oldest line has no default sentinel, and tells less. */
    @ParameterizedTest
    @EnumSource(names = "V2_10")
    void oldServer_showsBothTroubleCases(NatsBinary binary) throws Exception {
        try (Deployment system = Deployment.start(Plan.of(Mode.OPERATOR, binary))) {
            Patient patient = new Patient(system);
            assertThat(ids(patient.visit())).containsExactly("no-instance", DEFECTS);
            try (Instance instance = patient.instance()) {
                assertThat(ids(patient.visit(patient.alice()))).containsExactly(DEFECTS);
                // The callout is never called.
                assertThat(ids(patient.visit(alice(system, Optional.empty()))))
                        .containsExactly("client-without-jwt", DEFECTS);
                byte[] creds = Files.readAllBytes(patient.file("creds/operations.creds"));
                assertThat(ids(patient.visit(alice(system, Optional.of(creds)))))
                        .containsExactly("client-jwt-account", DEFECTS);
                Diagnosis withoutClient = patient.visit(Doctor.Client.invented());
                assertThat(ids(withoutClient)).containsExactly(DEFECTS);
                assertThat(withoutClient.steps())
                        .last()
                        .extracting(Step::mark)
                        .isEqualTo(Step.Mark.HIDDEN);
                assertThat(instance.tally().requests()).isEqualTo(1);
            }
            // The answer is refused.
            patient.anotherKey("keys/APP.signing.nk", NKeyType.ACCOUNT);
            patient.withoutSystem();
            try (Instance _ = patient.instance()) {
                assertThat(ids(patient.visit(patient.alice())))
                        .containsExactly("account-key-unknown", "no-system-credentials", DEFECTS);
            }
        }
    }

    /** A push that reached one of two servers only. */
    @Test
    void serversWithDifferentJwts_areSeen() throws Exception {
        Plan plan =
                Plan.of(Mode.OPERATOR, NatsBinary.NEWEST)
                        .withServers(2)
                        .changing(conf ->
                                conf.replaceFirst("(?s)resolver \\{.*?\\n\\}", "resolver: MEMORY"));
        try (Deployment system = Deployment.start(plan)) {
            Patient patient = new Patient(system);
            try (Instance _ = patient.instance()) {
                assertThat(patient.visitWithFiles().findings()).isEmpty();
                NatsServer second = system.servers().get(1);
                AccountClaims old = new Resolver(system.folder(), second.url()).made("AUTH");
                byte[] jwt = Files.readAllBytes(patient.file("accounts/AUTH.jwt"));
                try (Seed signing = Seed.read(patient.file("keys/offline/operator.signing.nk"))) {
                    byte[] newer =
                            AccountJwt.mint(
                                    old.issuedAt(old.issuedAt().plusSeconds(1)),
                                    Ed25519.best().signer(signing));
                    String conf = Files.readString(second.configuration());
                    assertThat(second.reload(conf.replace(ascii(jwt), ascii(newer))))
                            .isInstanceOf(NatsServer.Reload.Done.class);
                }
                Diagnosis diagnosis = patient.visit();
                assertThat(ids(diagnosis)).containsExactly("account-jwt-differs");
                assertThat(diagnosis.findings().getFirst().seen()).contains("n1: of ", "n2: of ");
            }
        }
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.US_ASCII).strip();
    }

    private static Doctor.Client alice(Deployment system, Optional<byte[]> creds) {
        return Patient.client("alice", system.password("alice"), creds);
    }
}
