// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.crypto.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No space: nothing is confirmed that is not on disk, and the trail goes on when there is space.
 */
class DiskFullTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir Path temp;
    private final Signer signer = Trails.signer();
    private final List<Path> mounted = new ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounted) {
            run("umount", mount.toString());
        }
    }

    @Test
    void append_databaseMayNotGrow_failsAndRecoversByItself() throws Exception {
        try (SqliteTrail trail = Trails.open(temp.resolve("trail"), signer)) {
            Trails.fill(trail, 50);
            trail.onWriter(
                            store -> {
                                long pages =
                                        store.handle()
                                                .createQuery("PRAGMA page_count")
                                                .mapTo(Long.class)
                                                .one();
                                return store.handle()
                                        .createQuery("PRAGMA max_page_count = " + (pages + 2))
                                        .mapTo(Long.class)
                                        .one();
                            })
                    .get();
            int failed = 0;
            for (int i = 0; i < 30; i++) {
                try {
                    trail.append(Entries.allow(Entries.nextId(), "ldap:ann"));
                } catch (AuditUnavailable e) {
                    assertThat(e).hasMessageContaining("SQLITE_FULL");
                    failed++;
                }
            }
            // The limit belonged to the connection, and that was replaced after the failure.
            assertThat(failed).isEqualTo(1);
            assertThat(trail.status().failures()).isEqualTo(1);
            assertThat(trail.status().failingSince()).isEmpty();
            assertThat(trail.reader().size()).isEqualTo(79);
        }
        assertSound(temp.resolve("trail"));
    }

    @Test
    void append_fileSystemFull_failsUntilThereIsSpaceAndLosesNothing() throws Exception {
        Path disk = smallDisk(4);
        Path trailDirectory = disk.resolve("trail");
        List<UUID> confirmed = new ArrayList<>();
        TrailSettings settings =
                Trails.settings(trailDirectory).withAppendLimit(Duration.ofSeconds(5));
        try (SqliteTrail trail = Trails.open(settings, signer, CheckpointListener.NONE)) {
            assertThat(trail.status().lowOnSpace()).isTrue(); // 4 MiB are few
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[MEGABYTE]);
            boolean failed = false;
            for (int i = 0; i < 10_000 && !failed; i++) {
                failed = !append(trail, confirmed);
            }
            assertThat(failed).as("the disk filled up").isTrue();
            assertThat(append(trail, confirmed)).isFalse();
            assertThat(trail.status().failingSince()).isPresent();
            Files.delete(ballast);
            assertThat(append(trail, confirmed)).isTrue();
            assertThat(trail.status().failingSince()).isEmpty();
            for (UUID id : confirmed) {
                assertThat(trail.reader().entry(id)).as(id.toString()).isPresent();
            }
        }
        assertSound(trailDirectory);
    }

    @Test
    void open_readOnlyFileSystem_isRefusedWithAReason() throws Exception {
        Path disk = smallDisk(4);
        Path trailDirectory = disk.resolve("trail");
        Trails.open(trailDirectory, signer).close();
        assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
        assertThatThrownBy(() -> Trails.open(trailDirectory, signer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("trail");
        assertSound(trailDirectory);
    }

    private static boolean append(SqliteTrail trail, List<UUID> confirmed) {
        AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:ann");
        try {
            trail.append(entry);
            confirmed.add(entry.id());
            return true;
        } catch (AuditUnavailable _) {
            return false;
        }
    }

    private static void assertSound(Path directory) throws Exception {
        VerifyReport report =
                new TrailVerifier(Trails.ED25519)
                        .verify(
                                directory.resolve(TrailDirectory.DATABASE),
                                Optional.empty(),
                                List.of());
        assertThat(report.firstBroken()).isEmpty();
    }

    private Path smallDisk(int megabytes) throws Exception {
        Path mount = Files.createDirectory(temp.resolve("disk"));
        boolean made =
                run(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + megabytes + "m",
                                "tmpfs",
                                mount.toString())
                        == 0;
        // Root only, and CI is root. Run as root, it is tested again; without, TrailFaultsIT still
        // fills a disk, by a limit on a real process.
        assumeTrue(made, "NOT TESTED: a small file system needs root (mount -t tmpfs)");
        mounted.add(mount);
        return mount;
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
