// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupFolderTest {
    @TempDir Path dir;

    @Test
    void publish_newFolder_holdsTheFilesForTheOwnerOnly() throws Exception {
        Path target = dir.resolve("made/here");
        try (SetupFolder folder = SetupFolder.stage(target)) {
            folder.write("a/b/c.txt", "hello");
            folder.publish();
            assertThat(folder.files()).containsExactly(target.resolve("a/b/c.txt"));
        }
        assertThat(target.resolve("a/b/c.txt")).hasContent("hello");
        assertThat(mode(target.resolve("a/b/c.txt"))).isEqualTo("rw-------");
        assertThat(mode(target.resolve("a/b"))).isEqualTo("rwx------");
        assertThat(mode(target.resolve("a"))).isEqualTo("rwx------");
        assertThat(mode(target)).isEqualTo("rwx------");
    }

    @Test
    void stage_emptyFolder_isTaken() throws Exception {
        try (SetupFolder folder = SetupFolder.stage(dir)) {
            folder.write("a.txt", "hello");
            folder.publish();
        }
        assertThat(dir.resolve("a.txt")).exists();
        assertThat(mode(dir)).isEqualTo("rwx------");
    }

    @Test
    void stage_folderWithSomethingInIt_isRefused() throws Exception {
        Files.writeString(dir.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> SetupFolder.stage(dir))
                .isInstanceOf(SetupFailed.class)
                .hasMessageContaining(dir.toString())
                .hasMessageContaining("nothing is ever overwritten");
    }

    @Test
    void stage_fileInTheWay_isRefused() throws Exception {
        Path file = Files.writeString(dir.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> SetupFolder.stage(file)).isInstanceOf(SetupFailed.class);
        assertThat(file).hasContent("mine");
    }

    @Test
    void stage_danglingLinkInTheWay_isRefused() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("nowhere"));
        assertThatThrownBy(() -> SetupFolder.stage(link)).isInstanceOf(SetupFailed.class);
    }

    @Test
    void publish_somethingAppearedMeanwhile_keepsItAndLeavesNothing() throws Exception {
        Path target = dir.resolve("made");
        try (SetupFolder folder = SetupFolder.stage(target)) {
            folder.write("a.txt", "hello");
            Files.createDirectory(target);
            Files.writeString(target.resolve("mine.txt"), "mine");
            assertThatThrownBy(folder::publish).isInstanceOf(SetupFailed.class);
        }
        assertThat(names(dir)).containsExactly("made");
        assertThat(names(target)).containsExactly("mine.txt");
    }

    @Test
    void close_withoutPublish_leavesNothing() throws Exception {
        try (SetupFolder folder = SetupFolder.stage(dir.resolve("made"))) {
            folder.write("a/b.txt", "hello");
        }
        assertThat(names(dir)).isEmpty();
    }

    @Test
    void write_sameFileTwice_isRefused() throws Exception {
        try (SetupFolder folder = SetupFolder.stage(dir.resolve("made"))) {
            folder.write("a.txt", "hello");
            assertThatThrownBy(() -> folder.write("a.txt", "again"))
                    .isInstanceOf(SetupFailed.class)
                    .hasMessageContaining("a.txt");
        }
    }

    @Test
    void replace_existingFile_changesContentAndKeepsItPrivate() throws Exception {
        Path file = Files.writeString(dir.resolve("a.jwt"), "old");
        SetupFolder.replace(file, new byte[] {'n', 'e', 'w'});
        assertThat(file).hasContent("new");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(names(dir)).containsExactly("a.jwt");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> content = Files.list(folder)) {
            return content.map(path -> path.getFileName().toString()).toList();
        }
    }
}
