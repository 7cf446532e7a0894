// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.List;
import java.util.Map;

/** The Explorer's contents; {@link ExplorerPages} fills it. */
public record ExplorerPage(
        Frame frame,
        String query,
        String time,
        Map<String, String> presets,
        String range,
        List<Problem> problems,
        List<Chip> chips,
        ChartView chart,
        List<FacetView> facets,
        Results results,
        List<Choice> columns,
        String cols,
        String n,
        Views views,
        Go go) {
    /**
     * Searches with a name.
     *
     * @param here the address of this one
     */
    public record Views(List<Fact> own, List<Fact> builtIn, String here) {
        static final Views NONE = new Views(List.of(), List.of(), "");
    }

    /**
     * Why nothing was searched.
     *
     * @param start where in the query it begins, from 0; −1 if it is not in there
     */
    public record Problem(String text, int start, int end) {}

    /** A term that can be taken away. */
    public record Chip(String text, String without) {}

    /** A field's values with counts. */
    public record FacetView(String name, String title, List<Value> values) {}

    /** One of them, and the searches with it and without it. */
    public record Value(String text, String count, String with, String without, boolean isIn) {}

    /** A column that can be chosen. */
    public record Choice(String word, String title, boolean isOn) {}

    /**
     * The rows.
     *
     * @param said one sentence: how many, in what order, how fast
     */
    public record Results(List<Shown> rows, List<Column> columns, String said, String emptyHint) {}

    /**
     * Where one can go from here; empty where one cannot.
     *
     * @param fresh what says how many entries came since
     */
    public record Go(
            String newest,
            String newer,
            String older,
            String live,
            String export,
            String frozen,
            String earlier,
            String later,
            String wider,
            String narrower,
            String here,
            String fresh,
            String diff) {
        static final Go NOWHERE = new Go("", "", "", "", "", "", "", "", "", "", "", "", "");
    }
}
