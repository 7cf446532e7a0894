// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Two entries, fact by fact; what differs comes first. */
final class EntryDiff {
    private static final String NONE = "–";

    /** What no two entries have in common, and what says nothing therefore. */
    private static final Set<String> OF_EACH =
            Set.of("Entry id", "Place in the log", "Session", "Connection", "Expires", "Log");

    private EntryDiff() {}

    /** Compares an earlier entry with a later one. */
    static List<Explained.Line> of(AuditEntry then, AuditEntry now, ZoneId zone) {
        Map<String, String> before = facts(then, zone);
        Map<String, String> after = facts(now, zone);
        Set<String> names = new LinkedHashSet<>(after.keySet());
        names.addAll(before.keySet());
        List<Explained.Line> differing = new ArrayList<>();
        List<Explained.Line> same = new ArrayList<>();
        for (String name : names) {
            String was = before.getOrDefault(name, NONE);
            String is = after.getOrDefault(name, NONE);
            boolean differs = !was.equals(is);
            (differs ? differing : same).add(new Explained.Line(name, was, is, differs));
        }
        differing.addAll(same);
        return differing;
    }

    /** As the entry's page has them: harmless to show. */
    private static Map<String, String> facts(AuditEntry entry, ZoneId zone) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Outcome", Shown.word(Shown.outcome(entry)));
        Stream.of(Fact.decided(entry, zone), Fact.who(entry), Fact.where(entry), Fact.place(entry))
                .flatMap(List::stream)
                .filter(fact -> !OF_EACH.contains(fact.name()))
                .forEach(fact -> facts.put(fact.name(), fact.value()));
        return facts;
    }
}
