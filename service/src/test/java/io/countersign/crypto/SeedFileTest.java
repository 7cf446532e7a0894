// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedFileTest {
    private static final String TEXT = "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q";

    @TempDir private Path directory;

    private Path file(String mode, String content) throws IOException {
        Path file = Files.writeString(directory.resolve("issuer.nk"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx------"})
    void read_ownFileForTheOwnerOnly_givesTheSeed(String mode) throws Exception {
        assertThat(Seed.read(file(mode, TEXT + "\n")).publicKey())
                .isEqualTo(seed(TEXT).publicKey());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rw-r-----",
                "rw--w----",
                "rw---x---",
                "rw----r--",
                "rw-----w-",
                "rw------x",
                "rw-rw-rw-",
                "rwxrwxrwx"
            })
    void read_ownFileOpenToOthers_isRefusedWithTheRemedy(String mode) throws Exception {
        Path file = file(mode, TEXT);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Seed.read(file))
                .withMessageStartingWith(file + ": mode " + mode)
                .withMessageContaining("(expected: chmod 600 " + file + ")")
                .withMessageNotContaining(TEXT);
    }

    @ParameterizedTest
    @CsvSource({
        "r--------, false, false",
        "r--r-----, false, true",
        "r--r-----, true, false",
        "rw-r-----, true, false",
        "rw--w----, true, true",
        "rw-rw----, true, true",
        "rw-r-x---, true, true",
        "rw-r--r--, true, true",
        "rw-----w-, true, true"
    })
    void isOpenToOthers_lentByRoot_onlyItsGroupMayRead(
            String mode, boolean lentByRoot, boolean open) {
        assertThat(SeedFile.isOpenToOthers(PosixFilePermissions.fromString(mode), lentByRoot))
                .isEqualTo(open);
    }

    @Test
    void read_linkToAnOpenFile_isRefused() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file("rw-r--r--", TEXT));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Seed.read(link));
    }

    @Test
    void read_missingFile_saysWhich() {
        Path file = directory.resolve("missing.nk");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Seed.read(file))
                .withMessageContaining("missing.nk");
    }

    @Test
    void read_contentThatIsNoSeed_namesTheFileOnly() throws Exception {
        Path file = file("rw-------", TEXT.replace('2', '3'));
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> Seed.read(file))
                .withMessage(file + ": seed: checksum does not match");
    }

    @Test
    void read_largeFile_isRefused() throws Exception {
        Path file = file("rw-------", TEXT + " ".repeat(1024));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Seed.read(file))
                .withMessageContaining("expected: ≤ 1024 bytes");
    }

    @Test
    void write_newFile_isForTheOwnerOnlyAndReadsBack() throws Exception {
        Path file = directory.resolve("new.nk");
        seed(TEXT).write(file);
        assertThat(file).hasContent(TEXT + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Seed.read(file).publicKey()).isEqualTo(seed(TEXT).publicKey());
    }

    @Test
    void write_existingFile_isRefusedAndLeftAlone() throws Exception {
        Path file = file("rw-------", "precious");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> seed(TEXT).write(file));
        assertThat(file).hasContent("precious");
    }

    @Test
    void write_danglingLink_isRefused() throws Exception {
        Path target = directory.resolve("elsewhere.nk");
        Path link = Files.createSymbolicLink(directory.resolve("link.nk"), target);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> seed(TEXT).write(link));
        assertThat(target).doesNotExist();
    }
}
