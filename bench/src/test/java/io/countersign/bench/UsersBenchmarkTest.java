// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured is a load of all users. */
class UsersBenchmarkTest {
    @ParameterizedTest
    @EnumSource
    void load_ofAList_isTheWholeDirectory(UsersBenchmark.Kind kind, @TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("users.yaml");
        Files.writeString(file, UsersBenchmark.many(kind, 100));

        assertThat(UsersBenchmark.load(file).size()).isEqualTo(100);
    }
}
