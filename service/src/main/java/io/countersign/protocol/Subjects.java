// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Rules and matching of subjects. A server skips a malformed subject of a deny list, so a bad deny
 * would deny nothing (reference 4): every subject passes here before it is signed. Stateless.
 */
public final class Subjects {
    /** Characters; far below a server's control line of 4,096 bytes. */
    public static final int MAX_LENGTH = 1024;

    private static final Pattern EVERYTHING = Pattern.compile("(\\*\\.)*>( .*)?");

    private Subjects() {}

    /** Whether it needs no name to match: it takes every subject that has enough tokens. */
    public static boolean isEverything(String subject) {
        return EVERYTHING.matcher(subject).matches();
    }

    /**
     * Checks a subject of a publish permission: tokens separated by dots, {@code *} only as a whole
     * token, {@code >} only as the last one.
     *
     * @return what is wrong, in words for a configuration message; empty if nothing is
     */
    public static Optional<String> publishProblem(String subject) {
        if (subject.length() > MAX_LENGTH) {
            return Optional.of("is too long (expected: <= " + MAX_LENGTH + " characters)");
        }
        return problem(subject);
    }

    /** As {@link #publishProblem}, and a queue name may follow after one space. */
    public static Optional<String> subscribeProblem(String subject) {
        if (subject.length() > MAX_LENGTH) {
            return Optional.of("is too long (expected: <= " + MAX_LENGTH + " characters)");
        }
        int space = subject.indexOf(' ');
        if (space < 0) {
            return problem(subject);
        }
        return problem(subject.substring(0, space))
                .or(() -> problem(subject.substring(space + 1)).map(what -> "queue: " + what));
    }

    private static Optional<String> problem(String subject) {
        if (subject.isEmpty()) {
            return Optional.of("is empty");
        }
        int start = 0;
        for (int i = 0; i <= subject.length(); i++) {
            if (i == subject.length() || subject.charAt(i) == '.') {
                if (i == start) {
                    return Optional.of("has an empty token");
                }
                if (i - start == 1 && subject.charAt(start) == '>' && i < subject.length()) {
                    return Optional.of("'>' is only allowed as the last token");
                }
                start = i + 1;
                continue;
            }
            char c = subject.charAt(i);
            if ((c == '*' || c == '>') && !isWholeToken(subject, start, i)) {
                return Optional.of("'" + c + "' is only allowed as a whole token");
            }
            if (isForbidden(subject, i)) {
                return Optional.of("has white space, a control or an invalid character");
            }
        }
        return Optional.empty();
    }

    private static boolean isWholeToken(String subject, int start, int at) {
        return at == start && (at + 1 == subject.length() || subject.charAt(at + 1) == '.');
    }

    private static boolean isForbidden(String subject, int at) {
        char c = subject.charAt(at);
        if (c <= ' ' || c == 0x7f) {
            return true;
        }
        if (c < 0x7f) {
            return false;
        }
        if (Character.isSurrogate(c)) { // half a pair would reach the server as another character
            return Character.isHighSurrogate(c)
                    ? at + 1 == subject.length()
                            || !Character.isLowSurrogate(subject.charAt(at + 1))
                    : at == 0 || !Character.isHighSurrogate(subject.charAt(at - 1));
        }
        return Character.isISOControl(c) || Character.isSpaceChar(c) || Character.isWhitespace(c);
    }

    /**
     * True if a message published on {@code subject} (no wildcards) reaches a subscription on
     * {@code pattern}. Both must have passed the rules above; queue suffixes do not belong here.
     */
    public static boolean matches(String pattern, String subject) {
        return covers(pattern, subject);
    }

    /**
     * True if every subject that {@code narrow} matches is also matched by {@code wide}; both may
     * have wildcards, which a literal {@code narrow} simply lacks.
     */
    public static boolean covers(String wide, String narrow) {
        int w = 0;
        int n = 0;
        while (w <= wide.length() && n <= narrow.length()) {
            int wideEnd = endOfToken(wide, w);
            int narrowEnd = endOfToken(narrow, n);
            if (isToken(wide, w, wideEnd, '>')) {
                return true;
            }
            if (isToken(narrow, n, narrowEnd, '>')) {
                return false;
            }
            boolean same =
                    wideEnd - w == narrowEnd - n && wide.regionMatches(w, narrow, n, wideEnd - w);
            if (!same && !isToken(wide, w, wideEnd, '*')) {
                return false;
            }
            w = wideEnd + 1;
            n = narrowEnd + 1;
        }
        return w > wide.length() && n > narrow.length();
    }

    private static int endOfToken(String subject, int from) {
        int dot = subject.indexOf('.', from);
        return dot < 0 ? subject.length() : dot;
    }

    private static boolean isToken(String subject, int from, int to, char wildcard) {
        return to - from == 1 && subject.charAt(from) == wildcard;
    }
}
