// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Scope;
import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * A request, as pages see it.
 *
 * @param session who asks; empty only on public routes
 */
record Ask(
        String path,
        MultiMap query,
        MultiMap form,
        String address,
        Optional<Sessions.Session> session) {
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

    /** Whose entries this viewer may see. */
    Scope scope() {
        return Scope.of(viewer().accounts());
    }
}
