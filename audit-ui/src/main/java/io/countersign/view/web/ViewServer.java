// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Activity;
import io.countersign.view.access.LoginDesk;
import io.countersign.view.access.SavedViews;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Reading;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web server: applies each route's rule before its page, and the same headers to all. */
public final class ViewServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ViewServer.class);
    private static final int BODY_BYTES = 16 * 1024;
    private static final int LINE_BYTES = 16 * 1024;
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom ids = new SecureRandom();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Access access;
    private final Reading reading;
    private final Settings settings;
    private final Cookies cookies;
    private final Wire wire;
    private final Templates templates = new Templates();
    private final Gate gate;
    private final LiveEvents live;
    private final List<Route> routes;
    private final HttpServer server;

    /** Certificate chain and key, as PEM files. */
    public record Tls(Path certificate, Path key) {}

    /**
     * Where to listen.
     *
     * @param isSecure whether browsers come by HTTPS, here or at a proxy
     * @param isBehindProxy whether the last hop of {@code X-Forwarded-For} is believed
     * @param tls empty for HTTP
     * @param exported rows of an export at most
     */
    public record Settings(
            String host,
            int port,
            boolean isSecure,
            boolean isBehindProxy,
            Optional<Tls> tls,
            int exported) {
        /** HTTP, for a loopback address. */
        public static Settings plain(int port) {
            return new Settings(
                    "127.0.0.1", port, false, false, Optional.empty(), ExportPages.MOST);
        }

        String scheme() {
            return tls.isPresent() ? "https" : "http";
        }
    }

    /** What the server works with. */
    public record Parts(
            AuditIndex index,
            Reading reading,
            Access access,
            Activity activity,
            SavedViews views,
            Operations operations,
            Clock clock) {}

    private ViewServer(Parts parts, Settings settings) {
        this.access = parts.access();
        this.reading = parts.reading();
        this.settings = settings;
        this.cookies = new Cookies(settings.isSecure());
        this.wire = new Wire(settings, cookies);
        this.gate = new Gate(templates, access.sessions(), parts.activity());
        Tools tools =
                new Tools(
                        parts.index(),
                        parts.clock(),
                        templates,
                        parts.activity(),
                        parts.views(),
                        parts.operations());
        Finder finder = new Finder(parts.index(), parts.clock());
        LivePages livePages = new LivePages(tools, finder);
        this.live = new LiveEvents(finder, livePages);
        this.routes = new Routes(destinations(tools, finder, livePages)).all();
        this.server = vertx.createHttpServer(options(settings)).requestHandler(router());
    }

    private Routes.Destinations destinations(Tools tools, Finder finder, LivePages livePages) {
        SecureRandom random = new SecureRandom();
        Locks locks = new Locks(tools.operations());
        LoginDesk desk = new LoginDesk(access.users(), tools.clock(), random);
        return new Routes.Destinations(
                new OverviewPages(tools, finder),
                new ExplorerPages(tools, finder),
                new ExplorerParts(tools, finder),
                new DiffPages(tools, finder),
                new ExportPages(tools, finder, settings.exported()),
                new EntryPages(tools, finder),
                new ExplainPages(tools, finder),
                new ViewsPages(tools),
                new InstancesPages(tools, finder, locks),
                new SubjectPages(tools, finder, locks),
                livePages,
                new ActPages(tools, locks),
                new AccessPages(templates, tools.activity(), access, desk, cookies, random),
                new OtherPages(tools, locks, access.users(), cookies));
    }

    private static HttpServerOptions options(Settings settings) {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(settings.host())
                        .setPort(settings.port())
                        .setMaxInitialLineLength(LINE_BYTES)
                        .setMaxHeaderSize(LINE_BYTES)
                        .setCompressionSupported(true);
        settings.tls()
                .ifPresent(tls ->
                        options.setSsl(true)
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                                .setKeyCertOptions(
                                        new PemKeyCertOptions()
                                                .setCertPath(tls.certificate().toString())
                                                .setKeyPath(tls.key().toString())));
        return options;
    }

    private Router router() {
        Router router = Router.router(vertx);
        // Only there: a GET that names a form's content type would make it fail.
        router.post().handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES));
        router.route("/assets/*").handler(wire::asset);
        for (Route route : routes) {
            router.route(route.method(), route.path())
                    .handler(ctx -> {
                        Gate.Origin origin = Gate.Origin.of(ctx.request());
                        answer(ctx, ask -> reply(ctx, ask, route, origin));
                    });
        }
        router.route().handler(ctx -> answer(ctx, this::nothing));
        return router;
    }

    /** Whoever is not logged in learns nothing about which addresses there are. */
    private Optional<Reply> nothing(Ask ask) {
        return Optional.of(
                ask.session().isPresent()
                        ? templates.message(
                                ask, 404, "No such page", "There is nothing at this address.")
                        : Reply.redirect("/login"));
    }

    /**
     * Listens.
     *
     * @throws IOException if that is not possible
     */
    public static ViewServer start(Parts parts, Settings settings)
            throws IOException, InterruptedException {
        ViewServer view = new ViewServer(parts, settings);
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

    /** Its address for a browser on this machine. */
    public String url() {
        return "%s://%s:%d/".formatted(settings.scheme(), settings.host(), port());
    }

    List<Route> routes() {
        return routes;
    }

    /** What a request gets; empty if it is being streamed. */
    private interface Answer {
        Optional<Reply> to(Ask ask) throws Exception;
    }

    /** Who asks may have to be looked up in a database, so nothing of it is done by the loop. */
    private void answer(RoutingContext ctx, Answer answer) {
        Ask asked = wire.ask(ctx);
        String session = wire.session(ctx);
        var _ =
                threads.submit(() -> {
                    Optional<Reply> reply = reply(asked, session, answer);
                    reply.ifPresent(it -> {
                        switch (it.body()) {
                            case Reply.Body.Ready _ -> vertx.runOnContext(_ -> wire.send(ctx, it));
                            case Reply.Body.Streamed(var writer) -> wire.stream(ctx, it, writer);
                        }
                    });
                });
    }

    private Optional<Reply> reply(Ask asked, String session, Answer answer) {
        Ask ask = asked;
        try {
            ask = asked.by(access.sessions().find(session), reading.state());
            return answer.to(ask);
        } catch (Exception e) {
            // The one handler at the edge: whatever a page throws, its reader gets an answer, and
            // an
            // id under which the log has the reason.
            String id = Long.toHexString(ids.nextLong() & 0xffff_ffffL);
            log.error("{} failed, error {}", asked.path(), id, e);
            return Optional.of(
                    templates.message(
                            ask,
                            500,
                            "Something failed here",
                            "The reason is in the view's log under error "
                                    + id
                                    + ". Your session and your search are kept: load the page again."));
        }
    }

    private Optional<Reply> reply(RoutingContext ctx, Ask ask, Route route, Gate.Origin origin)
            throws Exception {
        Optional<Reply> refusal = gate.refusal(ask, route, origin);
        if (refusal.isPresent()) {
            return refusal;
        }
        if (route.path().equals(Routes.EVENTS)) {
            events(ctx, ask);
            return Optional.empty();
        }
        return Optional.of(route.page().serve(ask));
    }

    private void events(RoutingContext ctx, Ask ask) {
        String session = wire.session(ctx);
        wire.headers(ctx);
        // A compressor would hold events back.
        ctx.response().putHeader("Content-Encoding", "identity");
        live.stream(
                ctx.response(),
                ask,
                ctx.request().getHeader("Last-Event-ID"),
                () -> access.sessions().find(session).isPresent());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            // Live pages end by themselves now; what is still being asked must find its index open.
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("some requests did not end in {} s", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
