// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

import java.util.Optional;

/**
 * Somebody else's place in a trace (W3C Trace Context, version 00). Immutable.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all 0
 * @param spanId 16 of them, not all 0
 * @param isSampled what the other side does; nothing of ours depends on it
 */
public record TraceParent(String traceId, String spanId, boolean isSampled) {
    private static final String WORD = "traceparent=";
    private static final int LENGTH = 55;

    public TraceParent {
        if (!isId(traceId, 32) || !isId(spanId, 16)) {
            throw new IllegalArgumentException("trace or span id (expected: 32 and 16 hex digits)");
        }
    }

    /**
     * Looks for a word {@code traceparent=00-…} in a client's name: {@code "orders-7
     * traceparent=00-0af7…-b7ad…-01"}. Whatever is not one is no mistake, names are free.
     */
    public static Optional<TraceParent> in(String name) {
        int at = name.indexOf(WORD);
        if (at < 0 || (at > 0 && name.charAt(at - 1) != ' ')) {
            return Optional.empty();
        }
        int from = at + WORD.length();
        int end = name.indexOf(' ', from);
        return parse(name.substring(from, end < 0 ? name.length() : end));
    }

    private static Optional<TraceParent> parse(String text) {
        if (text.length() != LENGTH
                || !text.startsWith("00-")
                || text.charAt(35) != '-'
                || text.charAt(52) != '-') {
            return Optional.empty();
        }
        String trace = text.substring(3, 35);
        String span = text.substring(36, 52);
        String flags = text.substring(53);
        return isId(trace, 32) && isId(span, 16) && isHex(flags)
                ? Optional.of(new TraceParent(trace, span, isOdd(flags.charAt(1))))
                : Optional.empty();
    }

    private static boolean isOdd(char hex) {
        return Character.digit(hex, 16) % 2 == 1;
    }

    private static boolean isId(String text, int length) {
        return text.length() == length
                && isHex(text)
                && text.chars().anyMatch(digit -> digit != '0');
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
