// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that can be wrong: an entry of {@link Checks}, with a row of {@code ops/docs/doctor.md}
 * and a test that makes the fault.
 *
 * @param id stable, kebab-case
 * @param why it matters, whatever was seen this time
 * @param look judges the evidence; empty if it is not so, or cannot be told
 */
record Check(String id, Severity severity, String why, Function<Evidence, Optional<Sign>> look) {
    static Check error(String id, String why, Function<Evidence, Optional<Sign>> look) {
        return new Check(id, Severity.ERROR, why, look);
    }

    static Check warning(String id, String why, Function<Evidence, Optional<Sign>> look) {
        return new Check(id, Severity.WARNING, why, look);
    }

    Finding finding(Sign sign) {
        return new Finding(id, severity, sign.seen(), why, sign.mend());
    }

    Optional<Finding> judge(Evidence evidence) {
        return look.apply(evidence).map(this::finding);
    }
}
