// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** Any bytes are a revocation in its one form, or refused. */
@Tag("fuzz")
class RevocationFuzzTest {
    @FuzzTest
    void read_anyBytes_isWhatWouldBeWrittenOrRefused(byte[] bytes) {
        Revocation read;
        try {
            read = RevocationSeal.read(ByteBuffer.wrap(bytes));
        } catch (BadRevocation _) {
            return;
        }
        byte[] again = Drawn.seal(1).sign(read).bytes();
        // What follows are fields of a build to come, which were skipped.
        assertThat(bytes).startsWith(Arrays.copyOf(again, again.length - 32));
    }
}
