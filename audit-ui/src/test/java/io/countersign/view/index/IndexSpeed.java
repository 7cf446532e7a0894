// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Fills an index and asks it what people ask; what it took, as rows of a table. */
final class IndexSpeed {
    private static final int BATCH = 4000;
    private static final int TIMES = 20;

    /** Each alone; the last ones match nothing. */
    private static final List<String> ONE =
            List.of(
                    "outcome:deny",
                    "outcome:drop",
                    "reason:bad-credential",
                    "reason:rate-limited",
                    "user:user0",
                    "user:user1999",
                    "user:user77*",
                    "principal:users:user5",
                    "presented:user3100",
                    "addr:10.0.0.1",
                    "addr:10.0.3.0/24",
                    "addr:10.0.0.0/8",
                    "addr:10.0.0.0/13",
                    "account:EDGE",
                    "rule:rule-3",
                    "source:ldap",
                    "instance:n2",
                    "server:s4",
                    "lang:java",
                    "credential:password",
                    "verdict:refused",
                    "is:first",
                    "took:>100ms",
                    "seq:5",
                    "ticket",
                    "guest*",
                    "\"wrong password\"",
                    "user:nobody",
                    "addr:192.168.0.0/16",
                    "reason:unknown-server",
                    "session:UNONE",
                    "cid:s1/999999",
                    "took:>1h",
                    "zebra",
                    "account:NONE");

    private static final List<String> TWO =
            List.of(
                    "reason:bad-credential outcome:deny",
                    "user:user0 outcome:deny",
                    "addr:10.0.0.1 outcome:deny",
                    "instance:n2 outcome:drop",
                    "is:first outcome:allow",
                    "outcome:allow verdict:refused",
                    "account:APP server:s1",
                    "account:APP -server:s1",
                    "password source:ldap",
                    "outcome:allow reason:bad-credential",
                    "account:APP rule:rule-1 user:user2",
                    "outcome:verdict lang:go",
                    "account:SYS source:ldap",
                    "outcome:drop account:BUILD");

    private static final List<String> NONE_BY_NEGATION =
            List.of("-outcome:*", "outcome:deny -reason:*", "-instance:n1,n2,n3");

    private static final List<String> COUNTED =
            List.of("", "outcome:deny", "account:APP", "user:user3", "addr:10.0.0.0/8 -lang:go");

    private final AuditIndex index;
    private final StringBuilder table = new StringBuilder();
    private Duration slowest = Duration.ZERO;
    private Instant end = Instant.EPOCH;

    IndexSpeed(AuditIndex index) {
        this.index = index;
    }

    Duration slowest() {
        return slowest;
    }

    @Override
    public String toString() {
        return table.toString();
    }

    /** Fills the index with so many entries over thirty days. */
    void fill(long size) throws BadEntry {
        long between = Duration.ofDays(30).toMillis() / size;
        Entries entries = new Entries(7, 2000, 20_000, Math.max(1, between));
        long nanos = 0;
        long cpu = 0;
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long done = 0; done < size; done += BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            for (AuditEntry entry : entries.next((int) Math.min(BATCH, size - done))) {
                bodies.add(entry.encoded());
                end = entry.time().plusSeconds(1);
            }
            long start = System.nanoTime();
            long cpuStart = threads.getCurrentThreadCpuTime();
            List<Piece> pieces = new ArrayList<>();
            for (byte[] body : bodies) {
                pieces.add(new Piece.Entry(AuditEntry.decode(body), body, done));
            }
            index.take("speed", done, pieces);
            nanos += System.nanoTime() - start;
            cpu += threads.getCurrentThreadCpuTime() - cpuStart;
        }
        table.append(
                "| read, hashed and stored | %,d a second | | %,d a second of its thread's processor time |%n"
                        .formatted(
                                size * 1_000_000_000L / Math.max(1, nanos),
                                size * 1_000_000_000L / Math.max(1, cpu)));
    }

    void ask() {
        TimeRange month = new TimeRange(Entries.START, end);
        Function<String, Search> all =
                text -> new Search(Query.parse(text), TimeRange.ALL, Scope.ALL);
        Function<String, Search> scoped =
                text -> new Search(Query.parse(text), TimeRange.ALL, Scope.of(Set.of("EDGE")));
        Function<String, Search> inMonth = text -> new Search(Query.parse(text), month, Scope.ALL);
        measure("newest page, one filter", ONE, q -> page(all.apply(q), Cursor.NEWEST));
        measure("newest page, two filters", TWO, q -> page(all.apply(q), Cursor.NEWEST));
        measure(
                "newest page, one account's viewer",
                ONE,
                q -> page(scoped.apply(q), Cursor.NEWEST));
        measure("oldest page, one filter", ONE, q -> page(all.apply(q), Cursor.OLDEST));
        measure(
                "negation that matches nothing",
                NONE_BY_NEGATION,
                q -> page(all.apply(q), Cursor.NEWEST));
        measure("count", COUNTED, q -> index.count(all.apply(q)).took());
        measure("facets, 30 days", COUNTED, q -> index.facets(inMonth.apply(q)).took());
        measure("histogram, 30 days", COUNTED, q -> index.histogram(inMonth.apply(q), 60).took());
    }

    private Duration page(Search search, Cursor cursor) {
        return index.page(search, cursor, 50).took();
    }

    private void measure(String what, List<String> queries, Function<String, Duration> ask) {
        List<Duration> took = new ArrayList<>();
        String worst = "";
        Duration most = Duration.ZERO;
        for (String query : queries) {
            Duration[] times = new Duration[TIMES];
            for (int i = 0; i < TIMES; i++) {
                times[i] = ask.apply(query);
                took.add(times[i]);
            }
            Arrays.sort(times);
            if (times[TIMES / 2].compareTo(most) > 0) {
                most = times[TIMES / 2];
                worst = query;
            }
        }
        took.sort(null);
        slowest = slowest.compareTo(most) > 0 ? slowest : most;
        table.append(
                "| %s | %s | %s | %s: %s |%n"
                        .formatted(
                                what,
                                millis(took.get(took.size() / 2)),
                                millis(took.get(took.size() * 95 / 100)),
                                worst.isEmpty() ? "no filter" : "`" + worst + "`",
                                millis(most)));
    }

    private static String millis(Duration duration) {
        return "%.1f ms".formatted(duration.toNanos() / 1e6);
    }
}
