// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

/** Makes text from files and clients safe to print: nothing in it moves the cursor or hides. */
final class PlainText {
    private PlainText() {}

    /** With control, format and unassigned characters written out as <code>&#92;u{…}</code>. */
    static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (isPlain(c)) {
                        plain.appendCodePoint(c);
                    } else {
                        plain.append("\\u{%x}".formatted(c));
                    }
                });
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    false;
            default -> true;
        };
    }
}
