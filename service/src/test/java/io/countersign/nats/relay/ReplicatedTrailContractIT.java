// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditTrailContract;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The replicated trail keeps the contract; what it holds is what the stream holds. */
@Tag("beside")
class ReplicatedTrailContractIT extends AuditTrailContract {
    private static NatsServer server;

    @TempDir Path directory;
    private StreamFixture stream;
    private RelayedTrail trail;
    private Connection intruder;

    @BeforeAll
    static void startServer() {
        server = NatsServer.start(NatsBinary.NEWEST, "jetstream { store_dir: \"${dir}/js\" }\n");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        stream = new StreamFixture(List.of(server.url()));
        stream.delete();
        trail = stream.trail("a", directory);
        intruder = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("trail.db"));
        trail.replicated(Duration.ofSeconds(30)).append(trail.entry()); // the relay is there
    }

    @AfterEach
    void close() throws Exception {
        intruder.close();
        trail.close();
        stream.close();
    }

    @Override
    protected AuditTrail trail() {
        return trail.replicated(Duration.ofSeconds(30));
    }

    @Override
    protected void breakDown() throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    @Override
    protected void repair() throws SQLException {
        execute("ROLLBACK");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = intruder.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    protected List<AuditEntry> taken() throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        for (StreamRecord record : stream.records(trail)) {
            if (record instanceof StreamRecord.Entry entry) {
                entries.add(entry.entry());
            }
        }
        return entries;
    }
}
