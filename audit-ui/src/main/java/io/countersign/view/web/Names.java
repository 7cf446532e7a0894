// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

/** Makes names that clients chose safe to look at. */
public final class Names {
    private Names() {}

    /** With control, format and other invisible characters written out. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (Character.getType(c)) {
                        case Character.CONTROL,
                                Character.FORMAT,
                                Character.SURROGATE,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR,
                                Character.UNASSIGNED,
                                Character.PRIVATE_USE ->
                                shown.append("⟨U+%04X⟩".formatted(c));
                        default -> shown.appendCodePoint(c);
                    }
                });
        return shown.toString();
    }

    /** A cell of RFC 4180 that no spreadsheet takes for a formula. */
    static String cell(String text) {
        String start = text.stripLeading();
        boolean formula = !start.isEmpty() && "=+-@＝＋－＠|%".indexOf(start.charAt(0)) >= 0;
        boolean control = !text.isEmpty() && text.charAt(0) < ' ';
        String safe = (formula || control ? "'" : "") + shown(text);
        return safe.matches("[A-Za-z0-9 .:_/-]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
