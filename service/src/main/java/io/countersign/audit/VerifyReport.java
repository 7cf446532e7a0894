// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The result of checking a whole log.
 *
 * @param origin empty when the log could not even be named
 * @param size entries ever taken
 * @param present entries whose bodies are there
 * @param removed bodies that retention or erasure took away, with an entry that says so
 * @param checkpoints signed checkpoints that fit
 * @param covered entries under the newest checkpoint that fits, with all before it
 * @param findings in the order of the log; at most a hundred of each kind
 */
public record VerifyReport(
        String origin,
        long size,
        long present,
        long removed,
        long checkpoints,
        long covered,
        List<Finding> findings) {
    public VerifyReport {
        findings = findings.stream().sorted(Comparator.comparingLong(Finding::seq)).toList();
    }

    /** True if nothing shows that the log is not what was written. */
    public boolean isSound() {
        return firstBroken().isEmpty();
    }

    /** The first entry, or the log as a whole, that is not what was written. */
    public Optional<Finding> firstBroken() {
        return findings.stream().filter(f -> f.severity() == Finding.Severity.BROKEN).findFirst();
    }
}
