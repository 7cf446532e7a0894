// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.HostAddress;
import io.countersign.view.index.Reading;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes from browsers and what goes to them, as HTTP: questions, replies, files, headers. */
final class Wire {
    static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "X-Frame-Options",
                    "DENY",
                    "Referrer-Policy",
                    "same-origin",
                    "Permissions-Policy",
                    "camera=(), geolocation=(), microphone=()",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin",
                    "Cache-Control",
                    "no-store");

    private static final Logger log = LoggerFactory.getLogger(Wire.class);
    private static final long PATIENCE_SECONDS = 20;
    private static final String HSTS = "max-age=31536000";

    private final ViewServer.Settings settings;
    private final Cookies cookies;

    Wire(ViewServer.Settings settings, Cookies cookies) {
        this.settings = settings;
        this.cookies = cookies;
    }

    /** A file of our own; its name changes with its contents. */
    void asset(RoutingContext ctx) {
        Optional<Assets.Asset> asset = Assets.at(ctx.request().path());
        headers(ctx);
        HttpServerResponse response = ctx.response();
        if (asset.isEmpty()) {
            response.setStatusCode(404)
                    .putHeader("Content-Type", Reply.PLAIN)
                    .end("no such file\n");
            return;
        }
        String accepted = ctx.request().getHeader("Accept-Encoding");
        boolean isPacked = accepted != null && accepted.contains("gzip");
        response.putHeader("Content-Type", asset.get().type())
                .putHeader("Cache-Control", "public, max-age=31536000, immutable")
                .putHeader("Vary", "Accept-Encoding")
                // Said in any case, so that the server does not pack it once more.
                .putHeader("Content-Encoding", isPacked ? "gzip" : "identity")
                .end(isPacked ? asset.get().packed() : asset.get().plain());
    }

    /** What a request asks, without who asks. */
    Ask ask(RoutingContext ctx) {
        return new Ask(
                ctx.request().path(),
                ctx.request().uri(),
                ctx.queryParams(),
                ctx.request().formAttributes(),
                address(ctx),
                Optional.empty(),
                preferences(ctx),
                new Reading.State.Current(),
                cookie(ctx, cookies.departureName()));
    }

    /** A link can name its zone, so that whoever gets it reads the same times. */
    private Preferences preferences(RoutingContext ctx) {
        Preferences kept = Preferences.parse(cookie(ctx, cookies.looksName()));
        String zone = ctx.queryParams().get("tz");
        return zone == null ? kept : Preferences.zone(zone).map(kept::in).orElse(kept);
    }

    /** The last hop is what our own proxy saw; all before it anybody can have made up. */
    private String address(RoutingContext ctx) {
        String forwarded = ctx.request().getHeader("X-Forwarded-For");
        if (settings.isBehindProxy() && forwarded != null) {
            String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
            if (HostAddress.parse(last).isPresent()) {
                return last;
            }
        }
        return ctx.request().remoteAddress().hostAddress();
    }

    /** The sealed cookie of whoever asks; empty without one. */
    String session(RoutingContext ctx) {
        return cookie(ctx, cookies.sessionName());
    }

    private static String cookie(RoutingContext ctx, String name) {
        Cookie cookie = ctx.request().getCookie(name);
        return cookie == null ? "" : cookie.getValue();
    }

    /** The same for every answer. */
    void headers(RoutingContext ctx) {
        HEADERS.forEach(ctx.response()::putHeader);
        if (settings.isSecure()) {
            ctx.response().putHeader("Strict-Transport-Security", HSTS);
        }
    }

    private void head(RoutingContext ctx, Reply reply) {
        headers(ctx);
        ctx.response().setStatusCode(reply.status()).putHeader("Content-Type", reply.type());
        new HashMap<>(reply.headers()).forEach(ctx.response()::putHeader);
        if (!reply.cookies().isEmpty()) {
            ctx.response().putHeader("Set-Cookie", reply.cookies());
        }
    }

    void send(RoutingContext ctx, Reply reply) {
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        head(ctx, reply);
        String text = reply.body() instanceof Reply.Body.Ready(var ready) ? ready : "";
        ctx.response().end(Buffer.buffer(text));
    }

    /** Waits until each piece is on its way; called by a thread of its own. */
    void stream(RoutingContext ctx, Reply reply, Reply.Writer writer) {
        HttpServerResponse response = ctx.response();
        head(ctx, reply);
        response.setChunked(true);
        try {
            writer.write(piece ->
                    response.write(piece)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            response.end();
        } catch (Exception e) {
            // The browser must see that it does not have the whole.
            log.warn("a download broke off: {}", e.toString());
            response.reset();
            ctx.request().connection().close();
        }
    }
}
