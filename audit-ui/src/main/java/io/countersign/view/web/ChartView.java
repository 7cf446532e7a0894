// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.List;

/**
 * A chart as templates show it: bars for pages without script, data for those with, a sentence and
 * a table for who cannot see either.
 *
 * @param base the address that takes {@code t} when a stretch is chosen
 */
public record ChartView(
        String base,
        String json,
        List<Rect> rects,
        List<Line> table,
        String sentence,
        String stretch,
        String zone) {
    /** A part of a bar, in user units. */
    public record Rect(String outcome, String x, String y, String height) {}

    /** A stretch in numbers. */
    public record Line(String time, String denied, String dropped, String allowed) {}
}
