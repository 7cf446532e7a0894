// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("fuzz")
class ConfigFuzzTest {
    @TempDir static Path temporary;
    private static AnyBytes anyBytes;

    @BeforeAll
    static void prepare() {
        anyBytes = new AnyBytes(ConfigFolder.in(temporary));
    }

    @FuzzTest
    void read_anyBytes_areAConfigurationOrProblems(byte[] bytes) {
        anyBytes.read(bytes);
    }
}
