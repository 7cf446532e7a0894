// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Role;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** All addresses of the view, each with its rule. */
final class Routes {
    static final String EVENTS = "/live/events";

    private static final HttpMethod GET = HttpMethod.GET;
    private static final HttpMethod POST = HttpMethod.POST;

    private final List<Route> routes = new ArrayList<>();

    /** The pages that they lead to. */
    record Destinations(
            OverviewPages overview,
            ExplorerPages explorer,
            ExplorerParts parts,
            DiffPages diff,
            ExportPages export,
            EntryPages entry,
            ExplainPages explain,
            ViewsPages views,
            InstancesPages instances,
            SubjectPages subject,
            LivePages live,
            ActPages act,
            AccessPages access,
            OtherPages other) {}

    Routes(Destinations to) {
        look(to);
        act(to.act());
        access(to);
        routes.add(Route.open(GET, "/healthz", _ -> Reply.of(200, Reply.PLAIN, "ok\n")));
        routes.add(
                Route.view(
                        EVENTS,
                        _ -> {
                            throw new IllegalStateException("streamed by the server");
                        }));
    }

    List<Route> all() {
        return List.copyOf(routes);
    }

    private void look(Destinations to) {
        routes.add(Route.view("/", to.overview()::overview));
        routes.add(Route.view("/explore", to.explorer()::explore));
        routes.add(Route.view("/x/suggest", to.parts()::suggest));
        routes.add(Route.view("/x/row", to.parts()::row));
        routes.add(Route.view("/x/newer", to.parts()::newer));
        routes.add(Route.view(DiffPages.PATH, to.diff()::diff));
        routes.add(Route.view("/export", to.export()::export));
        routes.add(Route.view("/live", to.live()::live));
        routes.add(Route.view("/e/:id", to.entry()::entry));
        routes.add(Route.view("/e/:id" + ExplainPages.PATH, to.explain()::explain));
        routes.add(Route.view("/why", to.entry()::why));
        for (SubjectPages.Subject subject : SubjectPages.Subject.values()) {
            String path = "/" + subject.name().toLowerCase(java.util.Locale.ROOT);
            routes.add(Route.view(path, ask -> to.subject().show(ask, subject)));
        }
        routes.add(Route.of(GET, "/locks", Role.VIEW, Reach.UNSCOPED, to.other()::locks));
        routes.add(Route.of(GET, "/sessions", Role.VIEW, Reach.UNSCOPED, to.other()::sessions));
        routes.add(
                Route.of(GET, "/instances", Role.VIEW, Reach.UNSCOPED, to.instances()::instances));
        routes.add(Route.of(GET, "/views", Role.VIEW, Reach.NOTHING, to.views()::list));
        routes.add(Route.of(POST, "/views", Role.VIEW, Reach.NOTHING, to.views()::save));
        routes.add(Route.of(POST, "/views/forget", Role.VIEW, Reach.NOTHING, to.views()::forget));
        routes.add(Route.of(GET, "/help", Role.VIEW, Reach.NOTHING, to.other()::help));
        routes.add(Route.of(GET, "/settings", Role.VIEW, Reach.NOTHING, to.other()::settings));
        routes.add(Route.of(POST, "/settings", Role.VIEW, Reach.NOTHING, to.other()::set));
        routes.add(Route.of(GET, "/admin/users", Role.ADMIN, Reach.UNSCOPED, to.other()::users));
        routes.add(
                Route.of(GET, "/admin/activity", Role.ADMIN, Reach.UNSCOPED, to.other()::activity));
    }

    private void act(ActPages pages) {
        for (ActPages.Act act : ActPages.Act.values()) {
            String path = "/act/" + act.word();
            routes.add(Route.act(GET, path, ask -> pages.form(ask, act)));
            routes.add(Route.act(POST, path, ask -> pages.act(ask, act)));
        }
    }

    private void access(Destinations to) {
        routes.add(Route.open(GET, "/login", to.access()::form));
        routes.add(Route.open(POST, "/login", to.access()::login));
        routes.add(Route.open(GET, "/login/oidc", to.access()::leave));
        routes.add(Route.open(GET, "/login/callback", to.access()::arrive));
        routes.add(Route.of(POST, "/logout", Role.VIEW, Reach.NOTHING, to.access()::logout));
        routes.add(Route.of(GET, "/x/session", Role.VIEW, Reach.NOTHING, to.access()::session));
        routes.add(Route.of(POST, "/stay", Role.VIEW, Reach.NOTHING, to.access()::stay));
        routes.add(Route.of(GET, "/first", Role.VIEW, Reach.NOTHING, to.access()::first));
        routes.add(Route.of(POST, "/first", Role.VIEW, Reach.NOTHING, to.access()::change));
    }
}
