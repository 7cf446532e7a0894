// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A system without a fault. */
class DoctorIT {
    @ParameterizedTest
    @CsvSource({"OPERATOR, NEWEST", "STATIC, NEWEST", "OPERATOR, V2_10", "STATIC, V2_10"})
    void healthySystem_hasNoFindings(Mode mode, NatsBinary binary) throws Exception {
        try (Deployment system = Deployment.start(Plan.of(mode, binary))) {
            system.startInstance("a");
            Patient patient = Patient.of(system);
            assertThat(patient.visit().findings()).isEmpty();
            Diagnosis withUser = patient.visit(patient.alice());
            assertThat(withUser.findings()).isEmpty();
            assertThat(withUser.steps())
                    .allMatch(step -> step.mark() == Step.Mark.GOOD)
                    .last()
                    .isEqualTo(new Step("login (n1)", Step.Mark.GOOD, "in account APP"));
        }
    }
}
