// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Role;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Viewer;

/**
 * What every page has around it.
 *
 * @param viewer empty when nobody is logged in
 * @param page which one it is: for the navigation, and for the scripts that it needs
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
        boolean isAdmin) {
    static Frame of(String title, String page, Ask ask) {
        String csrf = ask.session().map(Sessions.Session::csrf).orElse("");
        return ask.session()
                .map(Sessions.Session::viewer)
                .map(v -> framed(title, page, ask, v, csrf))
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
                                false));
    }

    private static Frame framed(String title, String page, Ask ask, Viewer viewer, String csrf) {
        return new Frame(
                title,
                Names.shown(viewer.name()),
                viewer.role().word(),
                Names.shown(viewer.scope()),
                csrf,
                page,
                ask.uri(),
                ask.preferences(),
                viewer.seesAll(),
                viewer.role().includes(Role.ADMIN) && viewer.seesAll());
    }
}
