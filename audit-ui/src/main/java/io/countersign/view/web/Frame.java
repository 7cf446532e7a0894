// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Role;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Viewer;
import io.countersign.view.index.Reading;

/**
 * What every page has around it.
 *
 * @param viewer empty when nobody is logged in
 * @param page which one it is: for the navigation, and for the scripts that it needs
 * @param left seconds until the session ends
 * @param mayStay whether it can be made longer
 * @param notice what whoever looks at the page must know of the index; empty if all is well
 */
public record Frame(
        String title,
        String viewer,
        String role,
        String scope,
        String csrf,
        String page,
        String here,
        Preferences look,
        boolean isUnscoped,
        boolean isAdmin,
        String left,
        boolean mayStay,
        String notice) {
    static Frame of(String title, String page, Ask ask) {
        return ask.session()
                .map(session -> framed(title, page, ask, session))
                .orElse(
                        new Frame(
                                title,
                                "",
                                "",
                                "",
                                "",
                                page,
                                ask.uri(),
                                ask.preferences(),
                                false,
                                false,
                                "",
                                false,
                                ""));
    }

    private static Frame framed(String title, String page, Ask ask, Sessions.Session session) {
        Viewer viewer = session.viewer();
        return new Frame(
                title,
                Names.shown(viewer.name()),
                viewer.role().word(),
                Names.shown(viewer.scope()),
                session.csrf(),
                page,
                ask.uri(),
                ask.preferences(),
                viewer.seesAll(),
                viewer.role().includes(Role.ADMIN) && viewer.seesAll(),
                Long.toString(session.left().toSeconds()),
                session.mayStay(),
                notice(ask));
    }

    private static String notice(Ask ask) {
        return switch (ask.reading()) {
            case Reading.State.Current() -> "";
            case Reading.State.Behind(var upTo) ->
                    "The index is behind the stream: it has what was written until %s. What is newer is still to come."
                            .formatted(Shown.full(upTo, ask.zone()));
            case Reading.State.Lost(var since, var why) ->
                    "The audit stream cannot be read since %s, so newer entries are missing here. It is tried again by itself. (%s)"
                            .formatted(Shown.full(since, ask.zone()), Names.shown(why));
        };
    }
}
