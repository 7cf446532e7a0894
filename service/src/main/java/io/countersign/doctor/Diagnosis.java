// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.List;

/**
 * What the doctor says.
 *
 * @param reached false if no server could be reached: then little is known
 * @param steps of a login's way
 * @param findings errors and warnings, in the order in which a login meets them
 * @param hidden what was not looked at, and why
 * @param fixes what the doctor may mend itself
 */
public record Diagnosis(
        boolean reached,
        List<Step> steps,
        List<Finding> findings,
        List<String> hidden,
        List<ModeFix> fixes) {
    public Diagnosis {
        fixes = List.copyOf(fixes);
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        hidden = List.copyOf(hidden);
    }

    /** True if nothing is wrong that keeps people out, or lets them in past the service. */
    public boolean isHealthy() {
        return findings.stream().noneMatch(it -> it.severity() == Severity.ERROR);
    }
}
