// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes text from strangers fit for an entry: well-formed Unicode within a byte limit.
 *
 * <p>Resists: a client whose name is a megabyte (disk), and lone surrogates that different readers
 * decode differently (two texts, one hash). Control characters stay, because an investigator wants
 * to see them; the encoding escapes them.
 */
final class BoundedText {
    private static final char REPLACEMENT = '\uFFFD';
    private static final char ELLIPSIS = '…';
    private static final int ELLIPSIS_BYTES = 3;

    private BoundedText() {}

    /**
     * The text with lone surrogates replaced, at most {@code limit} bytes of UTF-8, cut with "…".
     */
    static String cut(String text, int limit) {
        if (text.length() <= limit && isAscii(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), limit));
        int bytes = 0;
        int cutAt = 0; // where the text still fits together with an ellipsis
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            int wellFormed = lone ? REPLACEMENT : point;
            bytes += utf8Length(wellFormed);
            if (bytes > limit) {
                out.setLength(cutAt);
                return out.append(ELLIPSIS).toString();
            }
            out.appendCodePoint(wellFormed);
            if (bytes + ELLIPSIS_BYTES <= limit) {
                cutAt = out.length();
            }
        }
        return out.toString();
    }

    /**
     * Each text cut, at most {@code count} of them; the last one then says how many are missing.
     */
    static List<String> cutAll(List<String> texts, int count, int limit) {
        if (texts.isEmpty()) {
            return List.of();
        }
        if (texts.size() <= count && allFit(texts, limit)) {
            return List.copyOf(texts); // which copies nothing that is immutable already
        }
        int kept = texts.size() <= count ? texts.size() : count - 1;
        List<String> out = new ArrayList<>(kept + 1);
        for (String text : texts.subList(0, kept)) {
            out.add(cut(text, limit));
        }
        if (kept < texts.size()) {
            out.add("… " + (texts.size() - kept) + " more");
        }
        return List.copyOf(out);
    }

    private static boolean allFit(List<String> texts, int limit) {
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).length() > limit || !isAscii(texts.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Without a way out in the loop, so that it is vectorised: most texts are short and fit. */
    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all <= 0x7F;
    }

    private static int utf8Length(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
