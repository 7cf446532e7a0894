// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.Client;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import io.countersign.audit.Receipt;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailSettings;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trail that grows and grows: as fast at the end as at the beginning, and still verified. */
class TrailSizeIT {
    private static final int TENTHS = 10;

    /** Entries that wait for the disk at the same time: a busy instance's. */
    private static final int UNDER_WAY = 256;

    private static final double TOLERATED = 0.9;

    @TempDir Path temp;
    private final SecureRandom random = new SecureRandom();
    private final EntryIds ids = new EntryIds(Clock.systemUTC(), random);

    // What must hold 7.
    @Test
    void trail_thatGrows_isAppendedToAsFastAsBeforeAndVerifies() throws Exception {
        int size = Soak.size(20_000);
        try (Soak soak = Soak.of("entries");
                SqliteTrail trail = open()) {
            double first = 0;
            double last = 0;
            for (int tenth = 1; tenth <= TENTHS; tenth++) {
                last = append(trail, size / TENTHS);
                first = tenth == 1 ? last : first;
                soak.sample((long) tenth * (size / TENTHS));
                soak.note("tenth %d: %,.0f durable entries/s".formatted(tenth, last));
            }
            long began = System.nanoTime();
            VerifyReport report = verified();
            double perSecond = report.size() / seconds(began);
            soak.note("verify: %,.0f entries/s".formatted(perSecond));
            assertThat(report.findings()).allMatch(f -> f.what().contains("no key was given"));
            assertThat(report.size()).isEqualTo((long) TENTHS * (size / TENTHS));
            if (Soak.isAsked()) { // figures of a run by hand, on a machine that does nothing else
                assertThat(last).isGreaterThan(first * TOLERATED);
                assertThat(soak.growthMib()).isLessThan(32);
            }
        }
    }

    /** Entries per second. */
    private double append(SqliteTrail trail, int count) throws Exception {
        long began = System.nanoTime();
        Queue<CompletableFuture<Receipt>> underWay = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            underWay.add(trail.submit(entry(i)).toCompletableFuture());
            if (underWay.size() == UNDER_WAY) {
                underWay.remove().get();
            }
        }
        for (CompletableFuture<Receipt> receipt : underWay) {
            receipt.get();
        }
        return count / seconds(began);
    }

    private AuditEntry entry(int number) {
        return AuditEntry.of(Kind.DECISION, ids.next(), Clock.systemUTC().instant(), "n1")
                .decision(AuditEntry.ALLOW)
                .rule("staff")
                .principal("users:user" + number % 10_000)
                .source("users")
                .account("APP")
                .client(
                        new Client(
                                "10.0.0.7", number, "Client", "nats", "orders", "go", "1.48", ""))
                .build();
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private SqliteTrail open() throws Exception {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, random)) {
            return SqliteTrail.open(
                    TrailSettings.of(temp.resolve("trail"), "east", "n1")
                            .withAppendLimit(Duration.ofSeconds(30)),
                    Ed25519.best().signer(seed),
                    Ed25519.best(),
                    Clock.systemUTC(),
                    random,
                    CheckpointListener.NONE);
        }
    }

    private VerifyReport verified() throws Exception {
        return new TrailVerifier(Ed25519.best())
                .verify(temp.resolve("trail").resolve("trail.db"), Optional.empty(), List.of());
    }
}
