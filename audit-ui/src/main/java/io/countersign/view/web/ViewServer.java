// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.AuditIndex;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web server: applies each route's rule before its page, and the same headers to all. */
public final class ViewServer implements AutoCloseable {
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
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin");

    private static final Logger log = LoggerFactory.getLogger(ViewServer.class);
    private static final int BODY_BYTES = 16 * 1024;
    private static final int HEADER_BYTES = 16 * 1024;
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Sessions sessions;
    private final Pages pages;
    private final List<Route> routes;
    private final HttpServer server;

    /** Where to listen, and whether browsers come by HTTPS (through a proxy). */
    public record Settings(String host, int port, boolean secure) {}

    private ViewServer(
            AuditIndex index,
            ViewerFile viewers,
            Sessions sessions,
            Clock clock,
            Settings settings) {
        this.sessions = sessions;
        this.pages = new Pages(index, clock);
        LoginDesk desk = new LoginDesk(viewers, clock, new SecureRandom());
        LiveEvents live = new LiveEvents(index, pages);
        this.routes = new ArrayList<>(new Routes(pages, sessions, desk, settings.secure()).all());
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES));
        for (Route route : routes) {
            router.route(route.method(), route.path()).handler(ctx -> answer(ctx, route));
        }
        Route events =
                Route.view(
                        HttpMethod.GET,
                        "/live/events",
                        _ -> {
                            throw new IllegalStateException("streamed");
                        });
        routes.add(events);
        router.route(events.method(), events.path()).handler(ctx -> events(ctx, events, live));
        router.route()
                .handler(ctx ->
                        answer(
                                ctx,
                                Route.view(
                                        HttpMethod.GET,
                                        "*",
                                        ask ->
                                                pages.message(
                                                        ask,
                                                        404,
                                                        "No such page",
                                                        "There is nothing at this address."))));
        HttpServerOptions options =
                new HttpServerOptions()
                        .setMaxHeaderSize(HEADER_BYTES)
                        .setHost(settings.host())
                        .setPort(settings.port());
        this.server = vertx.createHttpServer(options).requestHandler(router);
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address cannot be had
     */
    public static ViewServer start(
            AuditIndex index, ViewerFile viewers, Sessions sessions, Clock clock, Settings settings)
            throws IOException, InterruptedException {
        ViewServer view = new ViewServer(index, viewers, sessions, clock, settings);
        try {
            view.server
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return view;
        } catch (ExecutionException | TimeoutException e) {
            view.close();
            throw new IOException(
                    "listen: %s:%d: %s".formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
    }

    /** The port that it listens at. */
    public int port() {
        return server.actualPort();
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    private void answer(RoutingContext ctx, Route route) {
        Ask ask = ask(ctx);
        var _ =
                threads.submit(() -> {
                    Reply reply = reply(ask, route, ctx);
                    vertx.runOnContext(_ -> send(ctx, reply));
                });
    }

    private Reply reply(Ask ask, Route route, RoutingContext ctx) {
        try {
            Optional<Reply> refusal = refusal(ask, route, ctx);
            return refusal.isPresent() ? refusal.get() : route.page().serve(ask);
        } catch (Exception e) {
            log.error("{} failed", route.path(), e);
            return pages.message(
                    ask,
                    500,
                    "Something failed here",
                    "The reason is in the view's log. Try again.");
        }
    }

    private Optional<Reply> refusal(Ask ask, Route route, RoutingContext ctx) {
        boolean post = route.method().equals(HttpMethod.POST);
        if (post && !isSameSite(ctx)) {
            return Optional.of(
                    pages.message(ask, 403, "Refused", "The form came from another site."));
        }
        if (route.role().isEmpty()) {
            return Optional.empty();
        }
        if (ask.session().isEmpty()) {
            return Optional.of(
                    Reply.redirect("/login?next=" + Shown.encoded(ctx.request().uri()), Map.of()));
        }
        Sessions.Session session = ask.session().get();
        if (!session.viewer().role().includes(route.role().get())) {
            return Optional.of(
                    pages.message(
                            ask,
                            403,
                            "Not allowed",
                            "This needs the role " + route.role().get().word() + "."));
        }
        if (post && !isSame(session.csrf(), ask.field("csrf"))) {
            return Optional.of(
                    pages.message(
                            ask,
                            403,
                            "Refused",
                            "The form is not of this session. Load the page again."));
        }
        return Optional.empty();
    }

    /** Browsers say where a form came from; what says nothing is no browser, and has no cookie. */
    private static boolean isSameSite(RoutingContext ctx) {
        String origin = ctx.request().getHeader("Origin");
        String site = ctx.request().getHeader("Sec-Fetch-Site");
        String host = ctx.request().getHeader("Host");
        boolean originFits =
                origin == null
                        || origin.equals("http://" + host)
                        || origin.equals("https://" + host);
        return originFits && (site == null || site.equals("same-origin") || site.equals("none"));
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private void events(RoutingContext ctx, Route route, LiveEvents live) {
        Ask ask = ask(ctx);
        headers(ctx);
        var _ =
                threads.submit(() -> {
                    Optional<Reply> refusal = refusal(ask, route, ctx);
                    if (refusal.isPresent()) {
                        vertx.runOnContext(_ -> send(ctx, refusal.get()));
                    } else {
                        String cookie = cookie(ctx);
                        live.stream(
                                ctx.response(),
                                ask,
                                ctx.request().getHeader("Last-Event-ID"),
                                () -> sessions.find(cookie).isPresent());
                    }
                });
    }

    private Ask ask(RoutingContext ctx) {
        MultiMap query = ctx.queryParams();
        return new Ask(
                ctx.request().path(),
                query,
                ctx.request().formAttributes(),
                ctx.request().remoteAddress().hostAddress(),
                sessions.find(cookie(ctx)));
    }

    private static String cookie(RoutingContext ctx) {
        Cookie cookie = ctx.request().getCookie(Routes.COOKIE);
        return cookie == null ? "" : cookie.getValue();
    }

    private static void headers(RoutingContext ctx) {
        HEADERS.forEach(ctx.response()::putHeader);
        ctx.response().putHeader("Cache-Control", "no-store");
    }

    private static void send(RoutingContext ctx, Reply reply) {
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        headers(ctx);
        ctx.response().setStatusCode(reply.status()).putHeader("Content-Type", reply.type());
        reply.headers().forEach(ctx.response()::putHeader);
        ctx.response().end(reply.body());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
