// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectsTest {
    // Item 56 (at policy load: the policy's own tests).
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                ".a",
                "a.",
                "a b c",
                "a  b",
                "foo.>.bar",
                ">.a",
                "a*b",
                "a.*b",
                "a>",
                "a.b>",
                "**",
                ">>",
                " ",
                " a",
                "a\tb",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "a\u00a0b",
                "a\u0085b",
                "a\u2028b",
                "a\ud800",
                "\udc00a",
                "a."
            })
    void malformed_subject_has_a_problem(String subject) {
        assertThat(Subjects.publishProblem(subject)).isPresent();
        assertThat(Subjects.subscribeProblem(subject)).isPresent();
    }

    // Item 56.
    @Test
    void subject_of_5000_characters_has_a_problem() {
        assertThat(Subjects.publishProblem("a".repeat(5000))).isPresent();
        assertThat(Subjects.subscribeProblem("a".repeat(5000))).isPresent();
        assertThat(Subjects.publishProblem("a".repeat(Subjects.MAX_LENGTH))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.b",
                "*",
                ">",
                "a.*",
                "a.>",
                "*.*.>",
                "$SYS.REQ.>",
                "_INBOX.x.*",
                "é.日本",
                "{{name()}}.>",
                "a.\ud83d\ude00",
                "a-b_c:d/e"
            })
    void good_subject_has_no_problem(String subject) {
        assertThat(Subjects.publishProblem(subject)).isEmpty();
        assertThat(Subjects.subscribeProblem(subject)).isEmpty();
    }

    // Item 57.
    @Test
    void queue_suffix_is_good_in_subscribe_only() {
        assertThat(Subjects.subscribeProblem("a.* workers")).isEmpty();
        assertThat(Subjects.subscribeProblem("a v2.*")).isEmpty();
        assertThat(Subjects.publishProblem("a.* workers")).isPresent();
        assertThat(Subjects.subscribeProblem("a ")).isPresent();
        assertThat(Subjects.subscribeProblem("a b c")).isPresent();
        assertThat(Subjects.subscribeProblem(" q")).isPresent();
    }

    @Test
    void problem_names_what_was_expected() {
        assertThat(Subjects.publishProblem("orders.>.eu"))
                .contains("'>' is only allowed as the last token");
        assertThat(Subjects.publishProblem("a*b")).contains("'*' is only allowed as a whole token");
    }

    @ParameterizedTest
    @CsvSource({
        "a,a,true",
        "a,b,false",
        "a,a.b,false",
        "a.b,a,false",
        "*,a,true",
        "*,a.b,false",
        ">,a,true",
        ">,a.b.c,true",
        "a.>,a,false",
        "a.>,a.b,true",
        "a.>,a.b.c,true",
        "a.*.c,a.b.c,true",
        "a.*.c,a.b.d,false",
        "*.*,a,false",
        "a.*,ab.c,false"
    })
    void pattern_matches_as_servers_match(String pattern, String subject, boolean expected) {
        assertThat(Subjects.matches(pattern, subject)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        ">,*,true", "*,>,false", "a.>,a.*,true", "a.*,a.>,false", "*.>,a.>,true", "a.>,*.>,false",
        "*.*,a.*,true", "a.*,*.*,false", ">,>,true", "*,*,true", "a.>,>,false", "*,a,true"
    })
    void pattern_covers_what_is_narrower(String wide, String narrow, boolean expected) {
        assertThat(Subjects.covers(wide, narrow)).isEqualTo(expected);
    }

    /** Every subject of up to four tokens out of two letters: enough to tell any two patterns. */
    @Test
    void matching_and_covering_agree_with_a_naive_oracle() {
        List<String> literals = new ArrayList<>();
        literals("", 4, literals);
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int i = 0; i < 600; i++) {
            String wide = pattern(random);
            String narrow = pattern(random);
            boolean covers = true;
            for (String literal : literals) {
                boolean matches = oracle(wide, literal);
                assertThat(Subjects.matches(wide, literal))
                        .as("%s matches %s, seed %d", wide, literal, seed)
                        .isEqualTo(matches);
                covers &= matches || !oracle(narrow, literal);
            }
            assertThat(Subjects.covers(wide, narrow))
                    .as("%s covers %s, seed %d", wide, narrow, seed)
                    .isEqualTo(covers);
        }
    }

    /** Tokens 'z' appear in no pattern, so they stand for "any other". */
    private static void literals(String prefix, int depth, List<String> all) {
        if (depth == 0) {
            return;
        }
        for (String token : List.of("a", "b", "z")) {
            String literal = prefix.isEmpty() ? token : prefix + "." + token;
            all.add(literal);
            literals(literal, depth - 1, all);
        }
    }

    private static String pattern(Random random) {
        List<String> tokens = new ArrayList<>();
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
            tokens.add(List.of("a", "b", "*").get(random.nextInt(3)));
        }
        if (random.nextInt(3) == 0) {
            tokens.set(length - 1, ">");
        }
        return String.join(".", tokens);
    }

    /** Turns the pattern into a regular expression. */
    private static boolean oracle(String pattern, String subject) {
        return subject.matches(
                pattern.replace(".", "\\.").replace("*", "[^.]+").replace(">", ".+"));
    }
}
