// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String GOOD = "traceparent=00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void in_wordOfTheName_isFoundWhereverItStands() {
        Optional<TraceParent> expected = Optional.of(new TraceParent(TRACE, SPAN, true));
        for (String name : List.of(GOOD, "orders " + GOOD, GOOD + " 7", "a b " + GOOD + " c")) {
            assertThat(TraceParent.in(name)).as(name).isEqualTo(expected);
        }
        assertThat(TraceParent.in(GOOD.replace("-01", "-00")))
                .contains(new TraceParent(TRACE, SPAN, false));
    }

    @Test
    void in_anythingElse_isJustAName() {
        for (String name :
                List.of(
                        "",
                        "orders-7",
                        "traceparent=",
                        "x" + GOOD,
                        GOOD + "0",
                        GOOD.toUpperCase(java.util.Locale.ROOT),
                        GOOD.replace(TRACE, "0".repeat(32)),
                        GOOD.replace(SPAN, "0".repeat(16)),
                        GOOD.replace("00-", "ff-"),
                        GOOD.replace("0af7", "0AF7"),
                        GOOD.replace("-01", "-0g"),
                        GOOD.replace('-', '_'))) {
            assertThat(TraceParent.in(name)).as(name).isEmpty();
        }
    }

    /** Names are whatever a stranger sends. */
    @Test
    void in_mutatedNames_neverThrow_andFindOnlyWellFormedIds() {
        Random random = new Random(76);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder("n " + GOOD);
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = random.nextInt(name.length());
                switch (random.nextInt(3)) {
                    case 0 -> name.deleteCharAt(at);
                    case 1 -> name.setCharAt(at, (char) random.nextInt(0x250));
                    default -> name.insert(at, "0a -=\u0660".charAt(random.nextInt(6)));
                }
            }
            TraceParent.in(name.toString())
                    .ifPresent(found -> {
                        assertThat(found.traceId()).matches("[0-9a-f]{32}");
                        assertThat(found.spanId()).matches("[0-9a-f]{16}");
                    });
        }
    }
}
