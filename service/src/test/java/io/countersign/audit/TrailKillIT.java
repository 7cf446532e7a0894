// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed without warning: what it confirmed is there, once, and verifies. */
class TrailKillIT {
    private static final int ROUNDS = 5;

    @TempDir Path temp;

    @Test
    void append_killedAtRandomPoints_everyConfirmedEntryIsThereOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path key = temp.resolve("audit.nk");
        try (Seed made = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            made.write(key);
        }
        List<UUID> confirmed = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            confirmed.addAll(runAndKill(key, 200 + random.nextInt(2000)));
        }
        try (SqliteTrail trail = Writer.open(temp.resolve("trail"), key)) {
            Set<UUID> once = new HashSet<>(confirmed);
            assertThat(once).hasSameSizeAs(confirmed);
            for (UUID id : confirmed) {
                assertThat(trail.reader().entry(id)).as("seed %d, %s", seed, id).isPresent();
            }
            VerifyReport report =
                    new TrailVerifier(Trails.ED25519)
                            .verify(
                                    temp.resolve("trail").resolve(TrailDirectory.DATABASE),
                                    Optional.of(trail.verifier().vkey()),
                                    List.of());
            assertThat(report.firstBroken()).as("seed %d", seed).isEmpty();
            assertThat(report.size()).isGreaterThanOrEqualTo(confirmed.size());
        }
    }

    /** Kills the writer after it confirmed so many entries; returns all that it confirmed. */
    private List<UUID> runAndKill(Path key, int entries) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writer.class.getName(),
                                temp.resolve("trail").toString(),
                                key.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<UUID> confirmed = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.length() == 36) { // the last line may be cut
                    confirmed.add(UUID.fromString(line));
                }
                if (confirmed.size() == entries) {
                    process.toHandle().destroyForcibly(); // leaves the pipe to be read to its end
                }
            }
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(confirmed).hasSizeGreaterThanOrEqualTo(entries);
        return confirmed;
    }

    /** The process that is killed: appends from many threads and names what was confirmed. */
    static final class Writer {
        private static final int THREADS = 32;

        private Writer() {}

        public static void main(String[] args) throws Exception {
            SqliteTrail trail = open(Path.of(args[0]), Path.of(args[1]));
            EntryIds ids = new EntryIds(Clock.systemUTC(), new SecureRandom());
            for (int i = 0; i < THREADS; i++) {
                Thread.ofPlatform().start(() -> write(trail, ids));
            }
        }

        static SqliteTrail open(Path directory, Path key) throws Exception {
            Ed25519 ed25519 = Ed25519.best();
            try (Seed seed = Seed.read(key)) {
                Signer signer = ed25519.signer(seed);
                TrailSettings settings =
                        TrailSettings.of(directory, "east", "n1")
                                .withAppendLimit(Duration.ofSeconds(30))
                                .withCheckpoints(50, Duration.ofSeconds(1));
                return Trails.open(settings, signer, CheckpointListener.NONE);
            }
        }

        private static void write(SqliteTrail trail, EntryIds ids) {
            while (true) {
                AuditEntry entry = Entries.allow(ids.next(), "ldap:ann");
                try {
                    trail.append(entry);
                } catch (AuditUnavailable e) {
                    throw new IllegalStateException(e);
                }
                synchronized (System.out) {
                    System.out.println(entry.id());
                    System.out.flush();
                }
            }
        }
    }
}
