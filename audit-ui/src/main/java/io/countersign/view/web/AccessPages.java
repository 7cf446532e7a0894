// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.users.PasswordHash;
import io.countersign.view.access.Activity;
import io.countersign.view.access.LoginDesk;
import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.OidcRefused;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Users;
import io.countersign.view.access.Viewer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logging in and out. One error for all that can be wrong with a name and a password. */
final class AccessPages {
    private static final Logger log = LoggerFactory.getLogger(AccessPages.class);
    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;

    private final Templates templates;
    private final Activity activity;
    private final Users users;
    private final Sessions sessions;
    private final LoginDesk desk;
    private final Optional<OidcLogin> oidc;
    private final Cookies cookies;
    private final SecureRandom random;

    AccessPages(
            Templates templates,
            Activity activity,
            Access access,
            LoginDesk desk,
            Cookies cookies,
            SecureRandom random) {
        this.templates = templates;
        this.activity = activity;
        this.users = access.users();
        this.sessions = access.sessions();
        this.oidc = access.oidc();
        this.desk = desk;
        this.cookies = cookies;
        this.random = random;
    }

    Reply form(Ask ask) {
        return form(ask, 200, "", safeNext(ask.text("next")));
    }

    private Reply form(Ask ask, int status, String problem, String next) {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Log in", "login", ask));
        model.put("problem", problem);
        model.put("next", next);
        model.put("again", ask.session().isPresent());
        model.put("oidc", oidc.map(OidcLogin::title).orElse(""));
        model.put("oidcLink", "/login/oidc?next=" + Links.encoded(next));
        return templates.page(status, "login", model);
    }

    Reply login(Ask ask) throws InterruptedException {
        String next = safeNext(ask.field("next"));
        String name = ask.field("name");
        return switch (desk.check(name, ask.field("password"), ask.address())) {
            case LoginDesk.Result.Welcome(var viewer) -> {
                activity.record(viewer.fullName(), ask.address(), "login", "");
                yield Reply.redirect(next, cookies.session(sessions.begin(viewer)));
            }
            case LoginDesk.Result.Refused() -> {
                activity.record("?", ask.address(), "login-failed", name);
                yield form(ask, 403, "The name or the password is wrong.", next);
            }
            case LoginDesk.Result.TooMany() -> {
                activity.record("?", ask.address(), "login-throttled", name);
                yield form(
                        ask, 429, "Too many failed attempts. Wait a minute, then try again.", next);
            }
        };
    }

    Reply leave(Ask ask) throws InterruptedException {
        if (oidc.isEmpty()) {
            return templates.message(ask, 404, "No such page", "No provider is set up here.");
        }
        try {
            OidcLogin.Departure way =
                    oidc.get().leave(safeNext(ask.text("next")), ask.session().isPresent());
            return Reply.redirect(way.location(), cookies.departure(way.cookie()));
        } catch (OidcRefused e) {
            return refused(ask, e);
        }
    }

    Reply arrive(Ask ask) throws InterruptedException {
        if (oidc.isEmpty()) {
            return templates.message(ask, 404, "No such page", "No provider is set up here.");
        }
        if (!ask.text("error").isEmpty()) {
            log.warn("the provider refused a login: {}", Names.shown(ask.text("error")));
            return form(ask, 403, "The provider did not let you in.", "/")
                    .withCookie(cookies.noDeparture());
        }
        try {
            OidcLogin.Arrival arrival =
                    oidc.get()
                            .arrive(
                                    ask.departure(),
                                    ask.text("state"),
                                    ask.text("code"),
                                    ask.text("iss"));
            Viewer viewer = arrival.viewer();
            activity.record(viewer.fullName(), ask.address(), "login", viewer.toString());
            // The way back came from the provider's site: a cookie that is strictly ours is not
            // sent along a redirect from there, so the page goes on by itself.
            return Reply.redirect(
                    safeNext(arrival.next()),
                    cookies.session(sessions.begin(viewer)),
                    cookies.noDeparture());
        } catch (OidcRefused e) {
            return refused(ask, e);
        }
    }

    private Reply refused(Ask ask, OidcRefused e) {
        log.warn("a login with the provider failed: {}", e.getMessage(), e.getCause());
        activity.record("?", ask.address(), "login-failed", "" + e.getMessage());
        return form(ask, 403, "" + e.getMessage(), "/").withCookie(cookies.noDeparture());
    }

    Reply logout(Ask ask) {
        ask.session()
                .ifPresent(
                        s -> activity.record(s.viewer().fullName(), ask.address(), "logout", ""));
        return Reply.redirect("/login", cookies.noSession()).with("Clear-Site-Data", "\"storage\"");
    }

    /**
     * How long it goes on: asked by pages that stand open, since another may have made it longer.
     */
    Reply session(Ask ask) {
        Sessions.Session session = ask.session().orElseThrow();
        return Reply.of(
                200,
                "application/json",
                "{\"seconds\":%d,\"more\":%b}"
                        .formatted(session.left().toSeconds(), session.mayStay()));
    }

    /** Whoever wants to stay does not have to prove anything again, but only once. */
    Reply stay(Ask ask) {
        Sessions.Session session = ask.session().orElseThrow();
        activity.record(session.viewer().fullName(), ask.address(), "stayed", "");
        return Reply.redirect("/settings", cookies.session(sessions.stay(session)));
    }

    /** The page on which somebody sets a password of their own. */
    Reply first(Ask ask) {
        return first(ask, 200, "");
    }

    private Reply first(Ask ask, int status, String problem) {
        return templates.page(
                status,
                "first",
                Map.of(
                        "frame",
                        Frame.of("Set a password", "first", ask),
                        "problem",
                        problem,
                        "name",
                        Names.shown(ask.viewer().name())));
    }

    Reply change(Ask ask) throws IOException, InterruptedException {
        Viewer viewer = ask.viewer();
        if (!viewer.source().equals(Viewer.LOCAL)) {
            return templates.message(
                    ask, 409, "Not here", "Your password is that of your provider.");
        }
        String next = ask.field("password");
        if (next.length() < SHORTEST || next.length() > LONGEST) {
            return first(ask, 422, "The password must have 12 to 256 characters.");
        }
        if (!next.equals(ask.field("again"))) {
            return first(ask, 422, "The two are not the same.");
        }
        if (desk.check(viewer.name(), ask.field("old"), ask.address())
                instanceof LoginDesk.Result.Welcome) {
            if (next.equals(ask.field("old"))) {
                return first(ask, 422, "That is the old one.");
            }
            users.change(
                    viewer.name(),
                    PasswordHash.make(next.getBytes(StandardCharsets.UTF_8), random));
            activity.record(viewer.fullName(), ask.address(), "password", "changed");
            return Reply.redirect("/", cookies.session(sessions.begin(viewer)));
        }
        return first(ask, 403, "The present password is wrong, or was wrong too often.");
    }

    /** A path of this site, or the start page: never somebody else's site. */
    static String safeNext(String next) {
        return next.matches("/[A-Za-z0-9_.-][^\\\\\\p{Cntrl}]*|/\\?[^\\\\\\p{Cntrl}]*")
                ? next
                : "/";
    }
}
