// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Any text as a server's configuration: users and notes, or one complaint with its place. */
@Tag("fuzz")
class ConfFuzzTest {
    @FuzzTest
    void anyText_isReadOrRefusedWithItsPlace(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            ConfNode.Entries root = ConfReader.parse(Path.of("nowhere", "fuzz.conf"), text);
            ServerLogins logins = new LoginsReader(root, "APP").read();
            logins.users().forEach(user -> assertThat(user.name()).isNotBlank());
        } catch (ConfInvalid refused) {
            assertThat(refused).hasMessageMatching("(?s).*(fuzz.conf:\\d+|cannot be read).*");
        }
    }
}
