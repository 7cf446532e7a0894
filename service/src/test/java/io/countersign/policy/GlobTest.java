// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names with stars, against regular expressions. */
class GlobTest {
    @Test
    void anyPattern_matchesWhatTheRegularExpressionMatches() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "aab*", random.nextInt(7));
            String text = text(random, "ab", random.nextInt(8));
            boolean expected = regex(pattern).matcher(text).matches();
            matched += expected ? 1 : 0;
            assertThat(new Glob(pattern).matches(text))
                    .as("seed %d: %s on %s", seed, pattern, text)
                    .isEqualTo(expected);
        }
        assertThat(matched).isGreaterThan(1_000);
    }

    @Test
    void metacharacters_areLiteral() {
        assertThat(new Glob("a.c").matches("abc")).isFalse();
        assertThat(new Glob("a?").matches("ab")).isFalse();
        assertThat(new Glob("[ab]*").matches("[ab]c")).isTrue();
    }

    @Test
    void everything_isOnlyStars() {
        assertThat(new Glob("*").isEverything()).isTrue();
        assertThat(new Glob("***").isEverything()).isTrue();
        assertThat(new Glob("").isEverything()).isFalse();
        assertThat(new Glob("*a").isEverything()).isFalse();
    }

    private static Pattern regex(String glob) {
        return Pattern.compile(
                Arrays.stream(glob.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")));
    }

    private static String text(Random random, String alphabet, int length) {
        return IntStream.range(0, length)
                .mapToObj(_ -> "" + alphabet.charAt(random.nextInt(alphabet.length())))
                .collect(Collectors.joining());
    }
}
