// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of a sentence: words of ours, or a value.
 *
 * @param text harmless to look at
 * @param link where the value leads; empty for none
 * @param isValue true if it came from outside
 */
public record Span(String text, String link, boolean isValue) {
    static Span words(String text) {
        return new Span(text, "", false);
    }

    static Span value(String text, String link) {
        return new Span(Names.shown(text), link, true);
    }

    static String plain(List<Span> spans) {
        return spans.stream().map(Span::text).collect(Collectors.joining());
    }
}
