// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * A text in which {@code *} stands for any run of characters, also none. Case counts. Matching
 * never goes back over more than one run, so its time is bounded by text × pattern whatever the
 * client sends.
 */
record Glob(String pattern) {
    /** Whether it stands for one text only. */
    boolean isLiteral() {
        return pattern.indexOf('*') < 0;
    }

    /** What every text that matches begins with. */
    String prefix() {
        int star = pattern.indexOf('*');
        return star < 0 ? pattern : pattern.substring(0, star);
    }

    /** What every text that matches ends with. */
    String suffix() {
        return pattern.substring(pattern.lastIndexOf('*') + 1);
    }

    /** Whether every text matches. */
    boolean isEverything() {
        return !pattern.isEmpty() && pattern.chars().allMatch(c -> c == '*');
    }

    boolean matches(String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                resume = at;
            } else if (in < pattern.length() && pattern.charAt(in) == text.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) {
                // The last star takes one character more.
                in = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
