// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Cuts texts into words: runs of letters and digits, lower case, without accents. */
final class Words {
    /** Characters of a word that count; whatever comes after them is cut off on both sides. */
    private static final int LONGEST = 64;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Words() {}

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        String plain = plain(text);
        int start = -1;
        for (int i = 0; i <= plain.length(); ) {
            int c = i < plain.length() ? plain.codePointAt(i) : ' ';
            boolean inside = Character.isLetterOrDigit(c);
            if (inside && start < 0) {
                start = i;
            } else if (!inside && start >= 0) {
                words.add(plain.substring(start, Math.min(i, start + LONGEST)));
                start = -1;
            }
            i += Character.charCount(c);
        }
        return words;
    }

    private static String plain(String text) {
        boolean ascii = text.chars().allMatch(c -> c < 128);
        String bare =
                ascii
                        ? text
                        : MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD))
                                .replaceAll("");
        return bare.toLowerCase(Locale.ROOT);
    }

    /** The texts of an entry that words are searched in. */
    static List<String> texts(AuditEntry entry) {
        List<String> texts =
                new ArrayList<>(
                        List.of(
                                entry.principal(),
                                entry.rule(),
                                entry.detail(),
                                entry.reason(),
                                entry.by()));
        entry.presented().ifPresent(p -> texts.add(p.name()));
        entry.client().ifPresent(c -> texts.add(c.name()));
        return texts;
    }

    /** True if one of the texts has these words, in this order, side by side. */
    static boolean contain(AuditEntry entry, List<String> phrase, boolean prefix) {
        return texts(entry).stream().anyMatch(text -> contains(of(text), phrase, prefix));
    }

    private static boolean contains(List<String> words, List<String> phrase, boolean prefix) {
        for (int at = 0; at + phrase.size() <= words.size(); at++) {
            boolean all = true;
            for (int i = 0; i < phrase.size() && all; i++) {
                boolean last = prefix && i == phrase.size() - 1;
                String word = words.get(at + i);
                all = last ? word.startsWith(phrase.get(i)) : word.equals(phrase.get(i));
            }
            if (all) {
                return true;
            }
        }
        return false;
    }
}
