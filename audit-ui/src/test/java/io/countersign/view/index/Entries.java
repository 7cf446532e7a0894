// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditEntryBuilder;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.audit.Shadow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Made-up entries of several instances with everything that entries can have: refusals, allows,
 * verdicts about them, acts. The same seed gives the same entries.
 */
public final class Entries {
    public static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    private static final List<String> REASONS =
            List.of("bad-credential", "no-rule", "revoked", "locked-out", "rate-limited");
    private static final List<String> ACCOUNTS = List.of("APP", "EDGE", "BUILD", "SYS");
    private static final List<String> LANGUAGES = List.of("go", "java", ".NET", "python3", "C");

    private final Random random;
    private final int users;
    private final int addresses;
    private final long millisBetween;
    private final List<AuditEntry> allowed = new ArrayList<>();
    private final long[] next = new long[3];
    private long time;
    private String only = "";

    public Entries(long seed, int users, int addresses, long millisBetween) {
        this.random = new Random(seed);
        this.users = users;
        this.addresses = addresses;
        this.millisBetween = millisBetween;
        this.time = START.toEpochMilli();
    }

    /** All by one instance. */
    public Entries writtenBy(String name) {
        this.only = name;
        return this;
    }

    public List<AuditEntry> next(int count) {
        List<AuditEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(next());
        }
        return entries;
    }

    public AuditEntry next() {
        time += random.nextLong(2 * millisBetween + 1);
        int chance = random.nextInt(100);
        if (chance < 2) {
            return act();
        }
        if (chance < 22 && !allowed.isEmpty()) {
            return verdict();
        }
        return chance < 62 ? allow() : refusal();
    }

    private AuditEntryBuilder begin(Kind kind) {
        int instance = random.nextInt(3);
        // Instances answer at once, and what they write comes a little out of order.
        Instant at = Instant.ofEpochMilli(time - random.nextInt(50));
        UUID id =
                new UUID(
                        at.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000),
                        random.nextLong() >>> 2 | 1L << 63);
        return AuditEntry.of(kind, id, at, only.isEmpty() ? "n" + (instance + 1) : only)
                .at("log" + instance, next[instance]++)
                .revision("rev" + next[0] / 50_000);
    }

    private AuditEntry act() {
        return begin(Kind.ACT)
                .reason("revoke")
                .by("mara")
                .principal("users:user" + random.nextInt(users))
                .detail("leaked key, ticket " + random.nextInt(5000))
                .build();
    }

    private AuditEntry verdict() {
        AuditEntry decision = allowed.get(random.nextInt(allowed.size()));
        String what =
                List.of("accepted", "accepted", "ended", "refused-by-server")
                        .get(random.nextInt(4));
        return begin(Kind.VERDICT).decision(what).refersTo(decision.id()).build();
    }

    private AuditEntry allow() {
        int user = skewed(users);
        AuditEntry entry =
                login().decision(AuditEntry.ALLOW)
                        .principal("users:user" + user)
                        .presented(new Presented("user" + user, ""))
                        .rule("rule-" + user % 17)
                        .source("users")
                        .account(ACCOUNTS.get(user % 4))
                        .build();
        if (allowed.size() < 1000) {
            allowed.add(entry);
        } else {
            allowed.set(random.nextInt(1000), entry);
        }
        return entry;
    }

    private AuditEntry refusal() {
        AuditEntryBuilder builder = login();
        String reason = REASONS.get(skewed(REASONS.size()));
        builder.reason(reason)
                .decision(reason.equals("rate-limited") ? AuditEntry.DROP : AuditEntry.DENY);
        if (reason.equals("no-rule")) {
            builder.principal("ldap:guest" + skewed(users)).source("ldap");
        } else {
            builder.presented(new Presented("user" + skewed(2 * users), ""));
        }
        if (random.nextInt(20) == 0) {
            builder.counted(new Counted(2 + random.nextInt(300), START, START.plusSeconds(1)));
        }
        if (random.nextInt(25) == 0) {
            builder.degraded(List.of("throttle-local"));
        }
        if (random.nextInt(25) == 0) {
            builder.shadow(new Shadow(Shadow.GAINS, "", "next", "APP", ""));
        }
        return builder.detail("wrong password").build();
    }

    private AuditEntryBuilder login() {
        int server = random.nextInt(5);
        int address = skewed(addresses);
        String host =
                address % 11 == 0
                        ? "2001:db8::%x:%x".formatted(address >> 16, address & 0xffff)
                        : "10.%d.%d.%d"
                                .formatted(
                                        address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
        return begin(Kind.DECISION)
                .client(
                        new Client(
                                host,
                                1 + random.nextInt(100_000),
                                "Client",
                                random.nextInt(10) == 0 ? "websocket" : "nats",
                                "orders svc " + address % 13,
                                LANGUAGES.get(address % 5),
                                "1." + address % 40,
                                ""))
                .server(new Server("NSERVER" + server, "s" + server, "c1", "2.15.1"))
                .credential(new Credential("password", "fp" + address % 5000 + "aaaaaa"))
                .session(
                        "U"
                                + Long.toString(random.nextLong() >>> 1, 36)
                                        .toUpperCase(java.util.Locale.ROOT))
                .took(
                        Map.of(
                                "open", 50L + random.nextInt(100),
                                "authenticate", (long) Math.exp(random.nextGaussian() + 8),
                                "append", 1000L + random.nextInt(1000)));
    }

    /** Small numbers are more frequent, as in life. */
    private int skewed(int bound) {
        double x = random.nextDouble();
        return (int) (bound * x * x * x);
    }
}
