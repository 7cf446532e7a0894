// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "reason:bad-credentail | column 8: unknown reason \"bad-credentail\"; did you mean bad-credential?",
                "x addr:10.0.0.0/33 | column 8: addr: 10.0.0.0/33",
                "foo:1 | column 1: no field \"foo\"",
                "time:1h | column 1: no field \"time\"",
                "a - b | column 3: a lonely \"-\"",
                "user: | column 6: user: nothing",
                "\"open | column 1: a quote without its end",
                "outcome:perhaps | column 9: outcome: perhaps",
                "*x | column 1: *x",
            })
    void parse_wrong_saysWhereAndWhatWasExpected(String text, String start) {
        assertThat(Query.parse(text).problems()).first().asString().startsWith(start);
    }

    @Test
    void parse_whateverBytes_printsBackToTheSameTerms() {
        long seed = 7;
        Random random = new Random(seed);
        String letters = "ab:-\"\\, \t*usr“”(){}\u202e\0é漢.0/1addruser:reason:";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(40), 0, letters.length())
                    .forEach(n -> text.append(letters.charAt(n)));
            Query query = Query.parse(text.toString());
            if (query.problems().isEmpty()) {
                Query again = Query.parse(query.without(-1));
                assertThat(again.terms())
                        .as("seed %d, text <%s>", seed, text)
                        .isEqualTo(query.terms());
            }
        }
    }
}
