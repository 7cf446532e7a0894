// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Callout;
import io.countersign.callout.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A benchmark that measures refusals instead of logins would look fast. */
class DecisionPathTest {
    static List<Shape> shapes() {
        return Shape.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void answer_eachShape_isWhatTheShapeSays(Shape shape) throws Exception {
        try (DecisionPath path = DecisionPath.of(shape, DecisionPath.Trail.STRICT)) {
            Callout callout = path.fresh();
            Requests requests = new Requests(path.server(), 3, path.now());
            for (int i = 0; i < 3; i++) {
                Outcome outcome = callout.answer(requests.next());
                assertThat(outcome)
                        .isInstanceOf(
                                switch (shape.ask()) {
                                    case ALLOW -> Outcome.Allowed.class;
                                    case DENY -> Outcome.Refused.class;
                                });
            }
            assertThat(path.entries()).isEqualTo(3);
            assertThat(Floor.of(path, path.server()).run()).isNotEmpty();
        }
    }
}
