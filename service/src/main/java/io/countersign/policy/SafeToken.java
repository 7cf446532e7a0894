// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Optional;

/**
 * Whether a text may stand in a subject as (part of) one token. A name with dots or wildcards would
 * widen the grant (reference 4: {@code *} and {@code >} are valid subjects); one with white space
 * would become a queue; one with invisible characters would look like another.
 */
final class SafeToken {
    /** Characters. Longer ones are no names, and subjects have to fit a protocol line. */
    static final int MAX_LENGTH = 128;

    private SafeToken() {}

    /** Why it may not; empty if it may. Names the character, never the value. */
    static Optional<String> objection(String value) {
        if (value.isEmpty()) {
            return Optional.of("is empty");
        }
        if (value.length() > MAX_LENGTH) {
            return Optional.of("is longer than " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            int c = value.codePointAt(i);
            if (isUnsafe(c)) {
                return Optional.of("contains U+%04X".formatted(c));
            }
        }
        return Optional.empty();
    }

    private static boolean isUnsafe(int c) {
        return switch (c) {
            case '.', '*', '>' -> true; // structure of a subject
            case '{', '}' -> true; // templates that a server might expand again (scoped keys)
            default -> c <= ' ' || c == 0x7f || (c > 0x7f && isInvisible(c));
        };
    }

    /** By general category, and the letters and marks that draw nothing. */
    static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> drawsNothing(c);
        };
    }

    /**
     * Default_Ignorable_Code_Point of Unicode beyond the categories above, and the blank pattern.
     */
    private static boolean drawsNothing(int c) {
        return c == 0x034f // combining grapheme joiner
                || c == 0x115f
                || c == 0x1160
                || c == 0x3164
                || c == 0xffa0 // Hangul fillers
                || c == 0x17b4
                || c == 0x17b5 // Khmer inherent vowels
                || (c >= 0x180b && c <= 0x180f)
                || (c >= 0xfe00 && c <= 0xfe0f)
                || (c >= 0xe0000 && c <= 0xe0fff) // selectors and tags
                || c == 0x2800; // Braille pattern blank
    }
}
