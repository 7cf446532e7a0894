// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A system without a fault, and the two trouble cases of every newcomer, on old and new servers.
 */
class DoctorIT {
    @ParameterizedTest
    @CsvSource({"OPERATOR, NEWEST", "STATIC, NEWEST", "STATIC, V2_10"})
    void healthySystem_hasNoFindings(Mode mode, NatsBinary binary) throws Exception {
        try (Deployment system = Deployment.start(Plan.of(mode, binary))) {
            Patient patient = new Patient(system);
            try (Instance instance = patient.instance()) {
                assertThat(patient.visit().findings()).isEmpty();
                Diagnosis withUser = patient.visit(patient.alice());
                assertThat(withUser.findings()).isEmpty();
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
            assertThat(ids(patient.visit())).containsExactly("no-instance");
            try (Instance instance = patient.instance()) {
                assertThat(patient.visit(patient.alice()).findings()).isEmpty();
                // The callout is never called.
                assertThat(ids(patient.visit(alice(system, Optional.empty()))))
                        .containsExactly("client-without-jwt");
                byte[] creds = Files.readAllBytes(patient.file("creds/operations.creds"));
                assertThat(ids(patient.visit(alice(system, Optional.of(creds)))))
                        .containsExactly("client-jwt-account");
                Diagnosis withoutClient = patient.visit(Doctor.Client.invented());
                assertThat(withoutClient.findings()).isEmpty();
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
                        .containsExactly("account-key-unknown", "no-system-credentials");
            }
        }
    }

    private static Doctor.Client alice(Deployment system, Optional<byte[]> creds) {
        return Patient.client("alice", system.password("alice"), creds);
    }
}
