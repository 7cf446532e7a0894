// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/**
 * One address of the view. There is no other way to add one, so none can be without a rule.
 *
 * @param role who may take it; empty for everybody, also without a login
 */
record Route(HttpMethod method, String path, Optional<Role> role, Page page) {
    /** Answers on a thread that may block. */
    interface Page {
        Reply serve(Ask ask) throws Exception;
    }

    static Route open(HttpMethod method, String path, Page page) {
        return new Route(method, path, Optional.empty(), page);
    }

    static Route view(HttpMethod method, String path, Page page) {
        return new Route(method, path, Optional.of(Role.VIEW), page);
    }
}
