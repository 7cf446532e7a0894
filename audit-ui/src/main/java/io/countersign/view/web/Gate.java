// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Activity;
import io.countersign.view.access.Sessions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Applies a route's rule: what may not pass gets its answer here. Thread-safe. */
final class Gate {
    private final Templates templates;
    private final Sessions sessions;
    private final Activity activity;

    Gate(Templates templates, Sessions sessions, Activity activity) {
        this.templates = templates;
        this.sessions = sessions;
        this.activity = activity;
    }

    /** What browsers say about where a request comes from; empty where they say nothing. */
    record Origin(String origin, String site, String host) {
        static Origin of(HttpServerRequest request) {
            return new Origin(
                    text(request.getHeader("Origin")),
                    text(request.getHeader("Sec-Fetch-Site")),
                    text(request.getHeader("Host")));
        }

        private static String text(@org.jspecify.annotations.Nullable String header) {
            return header == null ? "" : header;
        }

        /** What says nothing is no browser, and brings no cookie along by itself. */
        boolean isOurs() {
            boolean fits =
                    origin.isEmpty()
                            || origin.equals("http://" + host)
                            || origin.equals("https://" + host);
            return fits && (site.isEmpty() || site.equals("same-origin") || site.equals("none"));
        }
    }

    /** Empty if the request may pass. */
    Optional<Reply> refusal(Ask ask, Route route, Origin origin) {
        boolean post = route.method().equals(HttpMethod.POST);
        if (post && !origin.isOurs()) {
            return refused(ask, "Refused", "The form came from another site.");
        }
        if (route.role().isEmpty()) {
            return Optional.empty();
        }
        if (ask.session().isEmpty()) {
            return Optional.of(unknown(ask, post));
        }
        return known(ask, route, ask.session().get(), post);
    }

    private Optional<Reply> known(Ask ask, Route route, Sessions.Session session, boolean post) {
        if (!session.viewer().role().includes(route.role().orElseThrow())) {
            activity.record(
                    session.viewer().fullName(), ask.address(), "not-allowed", route.path());
            return refused(
                    ask,
                    "Not allowed",
                    "This needs the role %s; yours is %s."
                            .formatted(
                                    route.role().orElseThrow().word(),
                                    session.viewer().role().word()));
        }
        if (route.reach() == Reach.UNSCOPED && !session.viewer().seesAll()) {
            activity.record(
                    session.viewer().fullName(), ask.address(), "not-allowed", route.path());
            return refused(
                    ask,
                    "Not allowed",
                    "This shows or changes all accounts; you see only "
                            + Names.shown(session.viewer().scope())
                            + ".");
        }
        if (post && !isSame(session.csrf(), ask.field("csrf"))) {
            return refused(ask, "Refused", "The form is not of this session. Load the page again.");
        }
        boolean isAtFirst = route.path().equals("/first") || route.path().equals("/logout");
        if (session.mustChange() && !isAtFirst) {
            return Optional.of(Reply.redirect("/first"));
        }
        if (route.isAct() && !sessions.isFresh(session)) {
            return Optional.of(
                    post
                            ? templates.message(
                                    ask,
                                    403,
                                    "Log in again",
                                    "An act needs a login that is at most 15 minutes old. Nothing"
                                            + " was done: go back, log in again, and send it"
                                            + " again.")
                            : Reply.redirect("/login?next=" + Links.encoded(ask.uri())));
        }
        return Optional.empty();
    }

    private Optional<Reply> refused(Ask ask, String title, String text) {
        return Optional.of(templates.message(ask, 403, title, text));
    }

    private static Reply unknown(Ask ask, boolean post) {
        String next = "/login?next=" + Links.encoded(post ? "/" : ask.uri());
        // Fragments and streams are no pages to go back to.
        boolean isPart = ask.path().startsWith("/x/") || ask.path().equals(Routes.EVENTS);
        return isPart
                ? Reply.of(401, Reply.PLAIN, "log in\n").with("HX-Redirect", "/login")
                : Reply.redirect(next);
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
