// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteWitnessTest extends WitnessContract {
    @TempDir private Path directory;

    @Override
    String address() {
        return directory.resolve("index.db").toString();
    }
}
