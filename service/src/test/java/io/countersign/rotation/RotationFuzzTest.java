// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Any bytes are a state that can be written again, or refused. */
@Tag("fuzz")
class RotationFuzzTest {
    @FuzzTest
    void decode_anyBytes_isAStateOrUnreadable(byte[] bytes) throws Exception {
        RotationState read;
        try {
            read = RotationFile.decode(bytes);
        } catch (RotationFile.Unreadable _) {
            return;
        }
        assertThat(RotationFile.decode(RotationFile.encode(read))).isEqualTo(read);
    }
}
