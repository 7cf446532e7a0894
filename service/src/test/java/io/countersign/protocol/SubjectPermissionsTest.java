// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SubjectPermissionsTest {
    private static final long SEED = 20_260_301;

    @Test
    void permitsPublish_nothingListed_isEverything() {
        assertThat(SubjectPermissions.ALL.permitsPublish("a.b")).isTrue();
        assertThat(SubjectPermissions.NONE.permitsPublish("a.b")).isFalse();
        assertThat(SubjectPermissions.NONE.permitsSubscribe("a.b q")).isFalse();
    }

    @Test
    void permitsSubscribe_entryWithAQueue_isForThatQueueOnly() {
        SubjectPermissions work =
                new SubjectPermissions(List.of("work.> pool.*", "news"), List.of("news closed"));
        assertThat(work.permitsSubscribe("work.a pool.1")).isTrue();
        assertThat(work.permitsSubscribe("work.a other")).isFalse();
        assertThat(work.permitsSubscribe("work.a")).isFalse();
        assertThat(work.permitsSubscribe("news")).isTrue();
        assertThat(work.permitsSubscribe("news any")).isTrue();
        assertThat(work.permitsSubscribe("news closed")).isFalse();
    }

    /** A regular expression as the oracle, over many small subjects that often nearly match. */
    @Test
    void permitsPublish_anyLists_agreesWithANaiveOracle() {
        Random random = new Random(SEED);
        int permitted = 0;
        for (int i = 0; i < 20_000; i++) {
            SubjectPermissions lists =
                    new SubjectPermissions(patterns(random, 1), patterns(random, 0));
            String subject = literal(random);
            boolean expected =
                    lists.allow().stream().anyMatch(it -> oracle(it, subject))
                            && lists.deny().stream().noneMatch(it -> oracle(it, subject));
            assertThat(lists.permitsPublish(subject))
                    .as("%s %s", lists, subject)
                    .isEqualTo(expected);
            permitted += expected ? 1 : 0;
        }
        assertThat(permitted).isBetween(2_000, 18_000);
    }

    private static boolean oracle(String pattern, String subject) {
        String regex = Pattern.quote(pattern).replace("*", "\\E[^.]+\\Q").replace(">", "\\E.+\\Q");
        return subject.matches(regex);
    }

    private static List<String> patterns(Random random, int least) {
        List<String> patterns = new ArrayList<>();
        int count = least + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            StringBuilder pattern = new StringBuilder(token(random, true));
            int tokens = random.nextInt(3);
            for (int t = 0; t < tokens; t++) {
                pattern.append('.').append(token(random, true));
            }
            patterns.add(random.nextInt(3) == 0 ? pattern + ".>" : pattern.toString());
        }
        return patterns;
    }

    private static String literal(Random random) {
        StringBuilder subject = new StringBuilder(token(random, false));
        int tokens = random.nextInt(4);
        for (int t = 0; t < tokens; t++) {
            subject.append('.').append(token(random, false));
        }
        return subject.toString();
    }

    private static String token(Random random, boolean wildcard) {
        return wildcard && random.nextInt(3) == 0 ? "*" : random.nextBoolean() ? "a" : "b";
    }
}
