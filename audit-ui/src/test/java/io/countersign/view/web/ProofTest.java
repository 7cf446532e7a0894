// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.index.Feed;
import io.countersign.view.index.SignedLog;
import io.countersign.view.index.TestTrail;
import io.countersign.view.index.Witnesses;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of an entry says of its place in the log. */
class ProofTest {
    @TempDir private Path folder;

    private String page(AuditIndex index, String id) throws Exception {
        return shown(index, "/e/" + id);
    }

    private String instances(AuditIndex index) throws Exception {
        return shown(index, "/instances");
    }

    private String shown(AuditIndex index, String path) throws Exception {
        Clock clock = Clock.fixed(Entries.START.plus(Duration.ofDays(1)), ZoneOffset.UTC);
        try (ViewFixture view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock))) {
            return view.get(path, "Cookie", view.cookieOf("vera")).body();
        }
    }

    @Test
    void entry_changedInTheIndex_isNotProven() throws Exception {
        List<AuditEntry> entries = new Entries(3, 5, 5, 10).writtenBy("n1").next(50);
        AuditEntry entry =
                entries.stream()
                        .filter(e -> e.detail().equals("wrong password"))
                        .findFirst()
                        .orElseThrow();
        Path file = folder.resolve("index.db");
        Path written;
        try (TestTrail trail = TestTrail.open(folder.resolve("trail"), "n1")) {
            trail.append(entries);
            written = trail.file();
        } // signs a checkpoint over all of it
        try (AuditIndex index = AuditIndex.open(file)) {
            Feed.ofTrailOnce(written, index).run();
            assertThat(page(index, entry.id().toString()))
                    .contains("Verified: it stands in the log")
                    .contains(".tlog-proof");
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = database.createStatement()) {
            // As somebody would who has the file, and wants another story told.
            statement.executeUpdate(
                    "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'wrong password', 'right password') AS BLOB)");
        }

        try (AuditIndex index = AuditIndex.open(file)) {
            assertThat(page(index, entry.id().toString()))
                    .contains("right password")
                    .contains(
                            "NOT proven: the entry, as it is here, does not lead to the checkpoint");
        }
    }

    /** A name beside a key that nobody gave to this view could be anybody's. */
    @Test
    void entry_checkpointThatOthersSigned_namesThemAndVerifiesTheKnownOnly() throws Exception {
        SignedLog log = new SignedLog();
        SignedLog.Witness known = SignedLog.Witness.of("n2");
        SignedLog.Witness stranger = SignedLog.Witness.of("n3");
        Instant at = Instant.parse("2026-11-23T10:59:30Z");
        Witnesses witnesses = new Witnesses(List.of(known.key()));
        String id = Samples.entry(1).id().toString();
        try (AuditIndex index = AuditIndex.open(folder.resolve("index.db").toString(), witnesses)) {
            index.take("test", 1, log.entries(5));
            index.take("test", 2, List.of(log.checkpoint(5), log.cosigned(stranger, 5, at)));
            assertThat(page(index, id))
                    .contains("under a checkpoint that its instance signed.")
                    .contains(stranger.name() + ": NOT verified, this view was not given its key")
                    .doesNotContain("co-signed.");
            assertThat(instances(index))
                    .contains("none co-signed by a witness whose key this view was given");

            index.take("test", 3, List.of(log.cosigned(known, 5, at)));
            assertThat(page(index, id))
                    .contains("that its instance signed and a witness co-signed.")
                    .contains(known.name() + ", at Mon 23 Nov 2026 10:59:30.000")
                    .contains(stranger.name() + ": NOT verified");
            assertThat(instances(index))
                    .contains(
                            "5 of them co-signed by "
                                    + known.name()
                                    + " at Mon 23 Nov 2026 10:59:30");
        }
    }
}
