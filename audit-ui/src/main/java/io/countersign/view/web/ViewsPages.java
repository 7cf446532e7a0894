// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.SavedViews;
import io.countersign.view.access.SavedViews.SavedView;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Searches with a name: some that everybody has, and each person's own. Thread-safe. */
final class ViewsPages {
    static final List<Fact> BUILT_IN =
            List.of(
                    everybodys("Refusals", "outcome:deny"),
                    everybodys("Our fault", "outcome:drop"),
                    everybodys("First seen, let in", "is:first outcome:allow"),
                    everybodys("The server disagreed", "verdict:refused,timeout"),
                    everybodys("Acts", "outcome:act"));

    private final Tools tools;

    ViewsPages(Tools tools) {
        this.tools = tools;
    }

    private static Fact everybodys(String name, String query) {
        return new Fact(name, query, Links.explore(query, "24h"));
    }

    /** Those of whoever asks. */
    static List<Fact> own(Tools tools, Ask ask) {
        return tools.views().of(ask.viewer()).stream()
                .map(view -> new Fact(Names.shown(view.name()), view.name(), view.link()))
                .toList();
    }

    Reply list(Ask ask) {
        return list(ask, 200, "", ask.text("link"));
    }

    private Reply list(Ask ask, int status, String problem, String link) {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Saved views", "views", ask));
        model.put("own", own(tools, ask));
        model.put("builtIn", BUILT_IN);
        model.put("problem", problem);
        model.put("name", ask.field("name"));
        model.put("link", link);
        return tools.templates().page(status, "views", model);
    }

    Reply save(Ask ask) throws IOException {
        String name = ask.field("name").strip();
        String link = ask.field("link").strip();
        SavedView view;
        try {
            view = new SavedView(name, link);
        } catch (IllegalArgumentException e) {
            return list(
                    ask,
                    422,
                    "Nothing was saved (expected: a name of 1 to %d characters, and the address of a search, from /explore on, of %,d at most)."
                            .formatted(SavedViews.LONGEST_NAME, SavedViews.LONGEST_LINK),
                    link);
        }
        if (!tools.views().save(ask.viewer(), view)) {
            return list(
                    ask,
                    422,
                    "You have %d views. Forget one first.".formatted(SavedViews.MOST),
                    link);
        }
        tools.note(ask, "view-saved", name + " " + link);
        return Reply.redirect(link);
    }

    Reply forget(Ask ask) throws IOException {
        tools.views().forget(ask.viewer(), ask.field("name"));
        tools.note(ask, "view-forgotten", ask.field("name"));
        return Reply.redirect("/views");
    }
}
