// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Role;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/**
 * One address of the view. There is no other way to add one, so none can be without a rule.
 *
 * @param role who may take it; empty for everybody, also without a login
 * @param isAct true if it changes something outside: the login must be a fresh one
 */
record Route(
        HttpMethod method,
        String path,
        Optional<Role> role,
        Reach reach,
        boolean isAct,
        Page page) {
    /** Answers on a thread that may block. */
    interface Page {
        Reply serve(Ask ask) throws Exception;
    }

    static Route open(HttpMethod method, String path, Page page) {
        return new Route(method, path, Optional.empty(), Reach.NOTHING, false, page);
    }

    /** For whoever is logged in; shows what is in the accounts of that person. */
    static Route view(String path, Page page) {
        return of(HttpMethod.GET, path, Role.VIEW, Reach.FILTERED, page);
    }

    static Route of(HttpMethod method, String path, Role role, Reach reach, Page page) {
        return new Route(method, path, Optional.of(role), reach, false, page);
    }

    static Route act(HttpMethod method, String path, Page page) {
        return new Route(method, path, Optional.of(Role.OPERATE), Reach.UNSCOPED, true, page);
    }
}
