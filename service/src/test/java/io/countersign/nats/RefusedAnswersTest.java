// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A server that refused what we allowed makes an instance not ready, for a while. */
class RefusedAnswersTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final RefusedAnswers refused = new RefusedAnswers(nanos::get);

    @Test
    void problem_beforeAnyRefusal_isNone() {
        assertThat(refused.problem()).isEmpty();
    }

    @Test
    void problem_forAMinuteAfterTheLast_namesServerAndReason() {
        refused.add("NABC", "no such account");
        nanos.addAndGet(RefusedAnswers.REMEMBERED.toNanos());
        assertThat(refused.problem())
                .hasValue("server NABC did not accept an allow of ours 60 s ago: no such account");

        nanos.addAndGet(1);
        assertThat(refused.problem()).isEmpty();

        refused.add("NABC", "again");
        assertThat(refused.problem()).isPresent();
    }

    @Test
    void problem_withManyWords_isShort() {
        refused.add("NABC", "x".repeat(10_000));
        assertThat(refused.problem().orElseThrow()).hasSizeLessThan(300);
    }
}
