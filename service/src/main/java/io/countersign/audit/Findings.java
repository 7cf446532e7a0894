// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.Finding.Severity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects findings, a bounded number of each severity: one cut can break millions of entries. */
final class Findings {
    private static final int LIMIT = 100;

    private final List<Finding> all = new ArrayList<>();
    private final Map<Severity, Integer> counts = new EnumMap<>(Severity.class);

    void broken(long seq, String what) {
        add(Severity.BROKEN, seq, what);
    }

    void broken(String what) {
        broken(Finding.WHOLE, what);
    }

    void notice(long seq, String what) {
        add(Severity.NOTICE, seq, what);
    }

    private void add(Severity severity, long seq, String what) {
        if (counts.merge(severity, 1, Integer::sum) <= LIMIT) {
            all.add(new Finding(severity, seq, what));
        }
    }

    boolean hasBroken() {
        return counts.containsKey(Severity.BROKEN);
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
