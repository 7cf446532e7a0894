// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueGroupCheckTest {
    private final QueueGroupCheck check = new QueueGroupCheck("countersign");

    // Checklist 72.
    @Test
    void heard_anotherGroupOrNone_isReported() {
        heard("A", "$SYS.REQ.USER.AUTH", "\"queue_group\": \"q\"");
        heard("B", "$SYS.REQ.USER.AUTH", "\"queue_group\": \"\"");
        assertThat(check.others()).isEqualTo(Map.of("A", "q", "B", ""));
    }

    @Test
    void heard_ourGroupOrAnotherSubject_isNot() {
        heard("A", "$SYS.REQ.USER.AUTH", "\"queue_group\": \"countersign\"");
        heard("B", "orders.new", "\"queue_group\": \"q\"");
        assertThat(check.others()).isEmpty();
    }

    @Test
    void heard_rubbish_isNothing() {
        for (String text : new String[] {"", "{", "[]", "{\"endpoints\": 7}", "null"}) {
            check.heard(text.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(check.others()).isEmpty();
    }

    private void heard(String id, String subject, String group) {
        String info =
                """
                {"name": "countersign", "id": "%s", "endpoints": [{"subject": "%s", %s}]}
                """
                        .formatted(id, subject, group);
        check.heard(info.getBytes(StandardCharsets.UTF_8));
    }
}
