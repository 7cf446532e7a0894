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
    private static final long INGESTED = 10_000;

    /** Milliseconds of p95. */
    private static final int PAGE = 150;

    private static final int NEGATION = 400;
    private static final int COUNTS = 500;

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
                    "outcome:drop account:BUILD",
                    "took:>100ms outcome:verdict",
                    "took:>1s user:nobody");

    private static final List<String> NONE_BY_NEGATION =
            List.of(
                    "-outcome:*",
                    "outcome:deny -reason:*",
                    "-instance:n1,n2,n3",
                    "took:>1ms -outcome:allow,deny,drop",
                    "addr:10.0.0.0/8 -addr:10.0.0.0/9");

    private static final List<String> COUNTED =
            List.of("", "outcome:deny", "account:APP", "user:user3", "addr:10.0.0.0/8 -lang:go");

    private final AuditIndex index;
    private final int times;
    private final StringBuilder table = new StringBuilder();
    private final List<String> missed = new ArrayList<>();
    private Duration slowest = Duration.ZERO;
    private Instant end = Instant.EPOCH;

    IndexSpeed(AuditIndex index, int times) {
        this.index = index;
        this.times = times;
    }

    Duration slowest() {
        return slowest;
    }

    /** What is beyond its bar. */
    List<String> missed() {
        return List.copyOf(missed);
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
        long rate = size * 1_000_000_000L / Math.max(1, nanos);
        table.append(
                "| read, hashed and stored | ≥ %,d a second | %,d a second | | %,d a second of its thread's processor time |%n"
                        .formatted(INGESTED, rate, size * 1_000_000_000L / Math.max(1, cpu)));
        if (rate < INGESTED) {
            missed.add("ingest: %,d a second (expected: ≥ %,d)".formatted(rate, INGESTED));
        }
    }

    void ask() {
        TimeRange month = new TimeRange(Entries.START, end);
        Function<String, Search> all =
                text -> new Search(Query.parse(text), TimeRange.ALL, Scope.ALL);
        Function<String, Search> scoped =
                text -> new Search(Query.parse(text), TimeRange.ALL, Scope.of(Set.of("EDGE")));
        Function<String, Search> inMonth = text -> new Search(Query.parse(text), month, Scope.ALL);
        measure("newest page, one filter", PAGE, ONE, q -> page(all.apply(q), Cursor.NEWEST));
        measure("newest page, two filters", PAGE, TWO, q -> page(all.apply(q), Cursor.NEWEST));
        measure(
                "newest page, one account's viewer",
                PAGE,
                ONE,
                q -> page(scoped.apply(q), Cursor.NEWEST));
        measure("oldest page, one filter", PAGE, ONE, q -> page(all.apply(q), Cursor.OLDEST));
        measure(
                "negation that matches nothing",
                NEGATION,
                NONE_BY_NEGATION,
                q -> page(all.apply(q), Cursor.NEWEST));
        measure("count", COUNTS, COUNTED, q -> index.count(all.apply(q)).took());
        measure("facets, 30 days", COUNTS, COUNTED, q -> index.facets(inMonth.apply(q)).took());
        measure(
                "histogram, 30 days",
                COUNTS,
                COUNTED,
                q -> index.histogram(inMonth.apply(q), 60).took());
    }

    private Duration page(Search search, Cursor cursor) {
        return index.page(search, cursor, 50).took();
    }

    private void measure(
            String what, int bar, List<String> queries, Function<String, Duration> ask) {
        List<Duration> took = new ArrayList<>();
        String worst = "";
        Duration most = Duration.ZERO;
        for (String query : queries) {
            Duration[] each = new Duration[times];
            for (int i = 0; i < times; i++) {
                each[i] = ask.apply(query);
                took.add(each[i]);
            }
            Arrays.sort(each);
            if (each[times / 2].compareTo(most) > 0) {
                most = each[times / 2];
                worst = query;
            }
        }
        took.sort(null);
        slowest = slowest.compareTo(most) > 0 ? slowest : most;
        Duration p95 = took.get(took.size() * 95 / 100);
        if (p95.toMillis() > bar) {
            missed.add("%s: p95 %s (expected: ≤ %d ms)".formatted(what, millis(p95), bar));
        }
        table.append(
                "| %s | ≤ %d ms | %s | %s | %s: %s |%n"
                        .formatted(
                                what,
                                bar,
                                millis(took.get(took.size() / 2)),
                                millis(p95),
                                worst.isEmpty() ? "no filter" : "`" + worst + "`",
                                millis(most)));
    }

    private static String millis(Duration duration) {
        return "%.1f ms".formatted(duration.toNanos() / 1e6);
    }
}
