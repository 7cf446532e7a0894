// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoadedInstanceTest {
    /** A figure of another collector than the one that operators get would be of no use to them. */
    @Test
    void collector_isTheOneThatServeTakes() throws Exception {
        assertThat(Files.readString(Path.of("..", "ops", "countersign")))
                .contains("options+=(" + String.join(" ", LoadedInstance.COLLECTOR) + ")");
    }
}
