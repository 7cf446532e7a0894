// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** All addresses of the view but the stream of events, which {@link ViewServer} adds. */
final class Routes {
    static final String COOKIE = "countersign_view";

    private static final Map<String, String> ASSETS =
            Map.of(
                    "view.css", "text/css; charset=utf-8",
                    "live.js", "text/javascript; charset=utf-8",
                    "icon.svg", "image/svg+xml");

    private final Pages pages;
    private final Sessions sessions;
    private final LoginDesk desk;
    private final String secure;

    /**
     * With the parts that the pages need.
     *
     * @param secure whether browsers reach the view by HTTPS only
     */
    Routes(Pages pages, Sessions sessions, LoginDesk desk, boolean secure) {
        this.pages = pages;
        this.sessions = sessions;
        this.desk = desk;
        this.secure = secure ? "; Secure" : "";
    }

    List<Route> all() {
        return List.of(
                Route.view(HttpMethod.GET, "/", pages::explorer),
                Route.view(HttpMethod.GET, "/entries/:log/:seq", pages::entry),
                Route.view(HttpMethod.GET, "/entries/:id", pages::entry),
                Route.view(HttpMethod.GET, "/export", pages::export),
                Route.view(HttpMethod.GET, "/live", pages::live),
                Route.view(HttpMethod.POST, "/logout", this::logout),
                Route.open(HttpMethod.GET, "/login", ask -> pages.login(ask, 200, "")),
                Route.open(HttpMethod.POST, "/login", this::login),
                Route.open(
                        HttpMethod.GET,
                        "/healthz",
                        _ -> new Reply(200, "text/plain", Map.of(), "ok\n")),
                Route.open(HttpMethod.GET, "/assets/:name", this::asset));
    }

    private Reply login(Ask ask) throws InterruptedException {
        return switch (desk.check(ask.field("name"), ask.field("password"), ask.address())) {
            case LoginDesk.Result.Welcome(var viewer) ->
                    Reply.redirect(
                            Pages.safeNext(ask.field("next")),
                            cookie(sessions.begin(viewer), Sessions.LIFETIME.toSeconds()));
            case LoginDesk.Result.Refused() ->
                    pages.login(ask, 403, "The name or the password is wrong.");
            case LoginDesk.Result.TooMany() ->
                    pages.login(
                            ask, 429, "Too many failed attempts. Wait a minute, then try again.");
        };
    }

    private Reply logout(Ask ask) {
        return Reply.redirect("/login", cookie("", 0));
    }

    private Map<String, String> cookie(String value, long seconds) {
        return Map.of(
                "Set-Cookie",
                "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                        .formatted(COOKIE, value, seconds, secure));
    }

    /** Only of a fixed list: no path of the request ever names a file. */
    private Reply asset(Ask ask) throws IOException {
        String name = ask.path().substring("/assets/".length());
        String type = ASSETS.get(name);
        if (type == null) {
            return new Reply(404, "text/plain", Map.of(), "no such file\n");
        }
        try (InputStream in = Routes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + ": not in the jar");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Reply(200, type, Map.of("Cache-Control", "max-age=3600"), text);
        }
    }
}
