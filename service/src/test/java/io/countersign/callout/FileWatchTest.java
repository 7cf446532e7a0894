// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the files of a generation count as changed. */
class FileWatchTest {
    @TempDir private Path path;
    private ReloadFolder folder;
    private Generations generations;
    private FileWatch watch;

    @BeforeEach
    void open() throws IOException {
        folder = new ReloadFolder(path);
        generations = folder.generations();
        watch = new FileWatch(generations);
    }

    @AfterEach
    void close() {
        watch.close();
        folder.close();
    }

    /** Loads and watches anew. */
    private void begin() {
        watch.close();
        generations = folder.generations();
        watch = new FileWatch(generations);
        looks(3);
    }

    private void looks(int count) {
        for (int i = 0; i < count; i++) {
            watch.look();
        }
    }

    @Test
    void looks_atUnchangedOrTouchedFiles_reloadNothing() throws Exception {
        begin();
        Files.writeString(path.resolve("users.yaml"), Files.readString(path.resolve("users.yaml")));
        looks(30);
        assertThat(folder.trail.entries()).isEmpty();
    }

    @Test
    void look_atAChangeThatGoesOn_waitsUntilItIsStill() throws Exception {
        begin();
        for (int i = 0; i < 5; i++) {
            folder.edition("edition" + i);
            looks(1);
            assertThat(generations.status().reloads()).as("while written").isZero();
        }
        looks(5);
        assertThat(generations.status().reloads()).isEqualTo(1);
        assertThat(folder.trail.last().by()).isEqualTo("file change");
    }

    @Test
    void look_atAChangeBetweenLoadAndWatch_isSeen() throws Exception {
        folder.edition("second");
        looks(3);
        assertThat(generations.status().reloads()).isEqualTo(1);
    }

    @Test
    void look_afterAReloadByHand_reloadsNothing() throws Exception {
        begin();
        folder.edition("second");
        generations.reload("SIGHUP");
        looks(5);
        assertThat(generations.status().reloads()).isEqualTo(1);
    }

    // As Kubernetes brings a new ConfigMap: users.yaml -> ..data/users.yaml, ..data -> a new
    // folder.
    @Test
    void look_atASwappedSymlink_reloads() throws Exception {
        mount("first", "v1");
        Files.delete(path.resolve("users.yaml"));
        Files.delete(path.resolve("policy.yaml"));
        Files.createSymbolicLink(path.resolve("users.yaml"), Path.of("..data", "users.yaml"));
        Files.createSymbolicLink(path.resolve("policy.yaml"), Path.of("..data", "policy.yaml"));
        begin();
        mount("second", "v2");
        looks(3);
        assertThat(generations.status().reloads()).isEqualTo(1);
        assertThat(generations.status().refusals()).isZero();
    }

    private void mount(String edition, String version) throws IOException {
        Path data = Files.createDirectory(path.resolve(version));
        Files.writeString(
                data.resolve("users.yaml"), ReloadFolder.users(edition, ReloadFolder.PASSWORD));
        Files.writeString(data.resolve("policy.yaml"), ReloadFolder.policy(edition));
        Path link = Files.createSymbolicLink(path.resolve("..data_tmp"), Path.of(version));
        Files.move(link, path.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void look_atAFileThatTheSettingsCameToName_reloadsWhenItChanges() throws Exception {
        begin();
        folder.write("other.yaml", "version: 1\nrules: 7\n");
        folder.write(
                "countersign.yaml",
                Files.readString(path.resolve("countersign.yaml")) + "policy: other.yaml\n");
        looks(5);
        assertThat(generations.status().refused()).isPresent();

        folder.write("other.yaml", ReloadFolder.policy("first"));
        looks(3);
        assertThat(generations.status().refused()).isEmpty();
        assertThat(generations.status().reloads()).isEqualTo(1);
    }

    @Test
    void looks_afterARefusalThatNoFileShows_tryAgainQuietly() throws Exception {
        begin();
        Path key = path.resolve("keys/issuer.nk");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        folder.edition("second");
        looks(50);
        assertThat(generations.status().refusals()).isEqualTo(1);
        assertThat(folder.trail.entries()).hasSize(1);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        looks(30);
        assertThat(generations.status().reloads()).isEqualTo(1);
    }
}
