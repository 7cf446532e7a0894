// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @Test
    void parse_lineOnly_isItsFirstRelease() {
        assertThat(ServerVersion.parse("2.10")).isEqualTo(new ServerVersion(2, 10, 0));
    }

    @Test
    void parse_withLeadingV_isRead() {
        assertThat(ServerVersion.parse("v2.15.1")).hasToString("2.15.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "newest", "2.11.x", "2.11.2.3", "-2.11", "99999.1.1"})
    void parse_noVersion_isRefused(String text) {
        assertThatThrownBy(() -> ServerVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a version");
    }

    @Test
    void parse_beforeAuthCallouts_isRefused() {
        assertThatThrownBy(() -> ServerVersion.parse("2.9.25"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(">= 2.10");
    }

    @Test
    void knows_settingOfItsOwnRelease_isTrueAndOfTheNextFalse() {
        assertThat(ServerVersion.parse("2.11.2").knows(ServerVersion.DEFAULT_SENTINEL)).isTrue();
        assertThat(ServerVersion.parse("2.11.1").knows(ServerVersion.DEFAULT_SENTINEL)).isFalse();
        assertThat(ServerVersion.parse("2.11.0").knows(ServerVersion.STATIC_ALLOWED_ACCOUNTS))
                .isTrue();
        assertThat(ServerVersion.parse("2.10.29").knows(ServerVersion.STATIC_ALLOWED_ACCOUNTS))
                .isFalse();
    }
}
