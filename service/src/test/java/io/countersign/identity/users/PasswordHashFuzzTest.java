// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class PasswordHashFuzzTest {
    @FuzzTest
    void parse_anyText_isAHashOfItselfOrRefused(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            PasswordHash hash = PasswordHash.parse(text);
            assertThat(hash.encoded()).isEqualTo(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("expected: ").hasSizeLessThan(300);
        }
    }

    @FuzzTest
    void parseTokenHash_anyText_isAHashOrRefused(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            TokenHash.parse(text);
            assertThat(text).hasSize(64);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("expected: ").hasSizeLessThan(300);
        }
    }
}
