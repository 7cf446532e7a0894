// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfTextTest {
    @Test
    void quoted_quotesAndBackslashes_areEscaped() {
        assertThat(ConfText.quoted("a\"b\\c $d")).isEqualTo("\"a\\\"b\\\\c $d\"");
    }

    @Test
    void quoted_controlCharacter_isRefused() {
        assertThatThrownBy(() -> ConfText.quoted("a\nb"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void permissions_nothing_isWrittenAsDeny() {
        assertThat(ConfText.permissions(Permissions.NONE))
                .isEqualTo("{ publish: { deny: [\">\"] }, subscribe: { deny: [\">\"] } }");
    }

    @Test
    void permissions_emptyLists_areNeverWritten() {
        Permissions some =
                new Permissions(
                        new SubjectPermissions(List.of("a"), List.of()),
                        new SubjectPermissions(List.of("b q"), List.of("c")),
                        Optional.empty());
        assertThat(ConfText.permissions(some))
                .isEqualTo(
                        "{ publish: { allow: [\"a\"] },"
                                + " subscribe: { allow: [\"b q\"] deny: [\"c\"] } }");
    }
}
