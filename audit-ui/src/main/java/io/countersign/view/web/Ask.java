// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Role;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Viewer;
import io.countersign.view.index.Reading;
import io.vertx.core.MultiMap;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * A request, as pages see it.
 *
 * @param uri path and query as they came
 * @param session who asks; empty only on public routes
 * @param reading how far the index is
 * @param departure the cookie of a login that is under way at a provider; or empty
 */
record Ask(
        String path,
        String uri,
        MultiMap query,
        MultiMap form,
        String address,
        Optional<Sessions.Session> session,
        Preferences preferences,
        Reading.State reading,
        String departure) {
    /** The same, of whoever asks. */
    Ask by(Optional<Sessions.Session> known, Reading.State state) {
        return new Ask(path, uri, query, form, address, known, preferences, state, departure);
    }

    /** A parameter of the URL; empty if it is not there. */
    String text(String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }

    /** A field of the form; empty if it is not there. */
    String field(String name) {
        String value = form.get(name);
        return value == null ? "" : value;
    }

    Viewer viewer() {
        return session.orElseThrow().viewer();
    }

    Set<String> accounts() {
        return viewer().accounts();
    }

    boolean mayOperate() {
        return session.map(s -> s.viewer().role().includes(Role.OPERATE) && s.viewer().seesAll())
                .orElse(false);
    }

    ZoneId zone() {
        return preferences.zone();
    }
}
