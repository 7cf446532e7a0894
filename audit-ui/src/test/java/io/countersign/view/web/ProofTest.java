// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.index.Feed;
import io.countersign.view.index.TestTrail;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of an entry says of its place in the log. */
class ProofTest {
    @TempDir private Path folder;

    private String page(AuditIndex index, String id) throws Exception {
        Clock clock = Clock.fixed(Entries.START.plus(Duration.ofDays(1)), ZoneOffset.UTC);
        try (ViewFixture view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock))) {
            return view.get("/e/" + id, "Cookie", view.cookieOf("vera")).body();
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
}
