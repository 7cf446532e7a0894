// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Searches for what some entries have, and for what they have not. */
final class RandomSearches {
    private static final List<String> FIXED =
            List.of(
                    "outcome:deny",
                    "outcome:allow",
                    "outcome:verdict",
                    "outcome:act",
                    "outcome:drop",
                    "verdict:refused",
                    "verdict:ended",
                    "verdict:*",
                    "is:first",
                    "is:repeated",
                    "is:degraded",
                    "is:shadow",
                    "reason:no-rule,revoked",
                    "reason:re*",
                    "account:APP",
                    "account:*",
                    "addr:10.0.0.0/20",
                    "addr:10.0.0.0/8",
                    "addr:2001:db8::/32",
                    "addr:2001:db8::/112",
                    "user:user1*",
                    "user:nobody",
                    "lang:go",
                    "lang:PY*",
                    "client:\"orders svc 3\"",
                    "version:1.1*",
                    "credential:fp:fp12aaa",
                    "took:>8ms",
                    "took:2ms..4ms",
                    "took.authenticate:<1ms",
                    "count:>=100",
                    "seq:10..200",
                    "seq:log1/77",
                    "password",
                    "\"wrong password\"",
                    "ord*",
                    "orders svc",
                    "\"orders svc*\"",
                    "guest*",
                    "by:mara",
                    "ticket",
                    "server:s1",
                    "server:NSERVER2",
                    "cluster:c1",
                    "type:websocket",
                    "source:ldap",
                    "rule:rule-3,rule-4",
                    "instance:n2",
                    "revision:rev0");

    private RandomSearches() {}

    static Search next(Random random, List<AuditEntry> entries) {
        StringBuilder text = new StringBuilder();
        int terms = random.nextInt(4);
        for (int i = 0; i < terms; i++) {
            text.append(random.nextInt(4) == 0 ? "-" : "");
            if (random.nextInt(5) == 0) {
                text.append('(')
                        .append(term(random, entries))
                        .append(random.nextBoolean() ? " OR " : " ")
                        .append(term(random, entries))
                        .append(") ");
            } else {
                text.append(term(random, entries)).append(' ');
            }
        }
        Scope scope = random.nextInt(3) == 0 ? Scope.of(Set.of("APP", "SYS")) : Scope.ALL;
        return new Search(Query.parse(text.toString().strip()), range(random, entries), scope);
    }

    private static TimeRange range(Random random, List<AuditEntry> entries) {
        return switch (random.nextInt(3)) {
            case 0 -> TimeRange.ALL;
            case 1 ->
                    new TimeRange(
                            Entries.START.minusSeconds(3600),
                            Entries.START.plus(Duration.ofDays(2)));
            default -> {
                AuditEntry entry = entries.get(random.nextInt(entries.size()));
                yield new TimeRange(
                        entry.time().minusSeconds(random.nextInt(3000)),
                        entry.time().plusMillis(1 + random.nextInt(1_000_000)));
            }
        };
    }

    private static String term(Random random, List<AuditEntry> entries) {
        if (random.nextInt(3) > 0) {
            return FIXED.get(random.nextInt(FIXED.size()));
        }
        AuditEntry entry = entries.get(random.nextInt(entries.size()));
        List<String> terms = new ArrayList<>(List.of("id:" + entry.id(), "seq:" + entry.seq()));
        if (!entry.session().isEmpty()) {
            terms.add("session:" + entry.session());
        }
        entry.client().ifPresent(c -> terms.add("addr:" + c.address()));
        entry.presented().ifPresent(p -> terms.add("presented:" + p.name()));
        if (!entry.principal().isEmpty()) {
            terms.add("principal:" + entry.principal());
        }
        entry.server()
                .ifPresent(s ->
                        terms.add("cid:" + s.name() + "/" + entry.client().orElseThrow().cid()));
        return terms.get(random.nextInt(terms.size()));
    }
}
