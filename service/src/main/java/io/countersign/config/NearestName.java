// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what somebody meant by a mistyped name: the known one with the fewest typing errors
 * (insert, delete, replace, swap neighbours) between them, if these are few for its length.
 */
final class NearestName {
    /** Longer ones are not compared: the cost grows with the square. */
    private static final int MAX_LENGTH = 64;

    private record Candidate(String name, int distance) {}

    private NearestName() {}

    static Optional<String> of(String written, Collection<String> known) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String plain = plain(written);
        return known.stream()
                .map(name -> new Candidate(name, distance(plain, plain(name))))
                .filter(near -> near.distance() <= tolerance(plain, plain(near.name())))
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** {@code userTtl}, {@code user_ttl} and {@code USER-TTL} all mean {@code user-ttl}. */
    private static String plain(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }

    private static int tolerance(String written, String name) {
        boolean isShortened = written.length() >= 3 && name.startsWith(written);
        return isShortened ? name.length() : Math.max(1, name.length() / 3);
    }

    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean isSwapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwapped ? Math.min(best, 1 + cost[i - 2][j - 2]) : best;
    }
}
