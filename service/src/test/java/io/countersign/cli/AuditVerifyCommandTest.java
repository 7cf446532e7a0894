// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailSettings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyCommandTest {
    private static final String MARKER = "a detail to be found again";

    @TempDir private Path folder;
    private Path trail;

    @BeforeEach
    void writeATrail() throws Exception {
        trail = folder.resolve("trail");
        SecureRandom random = new SecureRandom();
        Ed25519 ed25519 = Ed25519.best();
        AuditDrafts drafts =
                new AuditDrafts(
                        "a",
                        new EntryIds(Clock.systemUTC(), random),
                        Clock.systemUTC(),
                        System::nanoTime,
                        text -> "");
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, random);
                SqliteTrail written =
                        SqliteTrail.open(
                                TrailSettings.of(trail, "test", "a"),
                                ed25519.signer(seed),
                                ed25519,
                                Clock.systemUTC(),
                                random,
                                CheckpointListener.NONE)) {
            for (int i = 0; i < 10; i++) {
                written.append(drafts.entry(Kind.ACT).detail(MARKER).build());
            }
        }
    }

    @Test
    void verify_aTrailAsItWasWritten_holds() {
        CommandRun run = CommandRun.of("audit", "verify", trail.toString());

        assertThat(run.out()).contains("log          countersign/test/a/", "The log holds.");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void verify_anEditedEntry_isNamed() throws Exception {
        Path file = trail.resolve("trail.db");
        String bytes = Files.readString(file, ISO_8859_1);
        int at = bytes.lastIndexOf(MARKER);
        assertThat(at).isPositive();
        String edited = bytes.substring(0, at) + "A" + bytes.substring(at + 1);
        Files.writeString(file, edited, ISO_8859_1);

        CommandRun run = CommandRun.of("audit", "verify", "--json", file.toString());

        assertThat(run.out()).contains("\"sound\":false", "\"severity\":\"broken\"");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void verify_somethingElse_couldNotBeDone() throws Exception {
        Path file = Files.writeString(folder.resolve("letter.txt"), "dear reader");

        CommandRun run = CommandRun.of("audit", "verify", file.toString());

        assertThat(run.err()).contains("letter.txt");
        assertThat(run.exitCode()).isEqualTo(ExitCode.COULD_NOT);
    }
}
