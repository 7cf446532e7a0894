// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics}, without authentication. A port that is
 * taken costs no login: it is tried again until it is free. Thread-safe.
 */
public final class TelemetryServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TelemetryServer.class);

    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final int MOST_HEADERS = 8 * 1024;
    private static final int IDLE_SECONDS = 60;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";

    /** What Prometheus' text format calls itself. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final String host;
    private final int port;
    private final Health health;
    private final Meters meters;
    private final Duration again;
    private final Vertx vertx;
    private final CompletableFuture<Integer> bound = new CompletableFuture<>();
    private final LongAdder refusals = new LongAdder();
    private volatile boolean closed;

    private TelemetryServer(String host, int port, Health health, Meters meters, Duration again) {
        this.host = host;
        this.port = port;
        this.health = health;
        this.meters = meters;
        this.again = again;
        this.vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(1)
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(1)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setClassPathResolvingEnabled(false)
                                                .setFileCachingEnabled(false)));
    }

    /**
     * Begins to listen.
     *
     * @param port 0: any free one
     */
    public static TelemetryServer start(String host, int port, Health health, Meters meters) {
        return start(host, port, health, meters, AGAIN);
    }

    /**
     * As the other.
     *
     * @param again how long to wait for a port that is taken
     */
    static TelemetryServer start(
            String host, int port, Health health, Meters meters, Duration again) {
        TelemetryServer server = new TelemetryServer(host, port, health, meters, again);
        server.listen();
        return server;
    }

    /** The port, once it is listened on. */
    public CompletableFuture<Integer> port() {
        return bound.copy();
    }

    private void listen() {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(host)
                        .setPort(port)
                        .setMaxHeaderSize(MOST_HEADERS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS);
        vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .listen()
                .onSuccess(this::listening)
                .onFailure(this::taken);
    }

    private void listening(HttpServer server) {
        log.info("metrics and health at http://{}:{}", host, server.actualPort());
        bound.complete(server.actualPort());
    }

    /** How often the port was taken. */
    long refusals() {
        return refusals.sum();
    }

    private void taken(Throwable why) {
        refusals.increment();
        if (!closed) {
            log.error(
                    "telemetry.listen: {}:{} cannot be listened on ({}); logins are answered, and it"
                            + " is tried again every {} s",
                    host,
                    port,
                    why.getMessage(),
                    again.toSeconds());
            vertx.setTimer(again.toMillis(), _ -> listen());
        }
    }

    private void answer(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            end(request, 405, TEXT, "GET or HEAD only\n");
            return;
        }
        switch (request.path()) {
            case "/livez" -> end(request, 200, TEXT, "alive\n");
            case "/readyz" -> ready(request);
            case "/metrics" ->
                    elsewhere(meters::scrape, text -> end(request, 200, PROMETHEUS, text));
            default -> end(request, 404, TEXT, "/livez, /readyz or /metrics\n");
        }
    }

    private void ready(HttpServerRequest request) {
        elsewhere(
                health::report,
                report -> end(request, report.isReady() ? 200 : 503, JSON, health.json(report)));
    }

    /** Checks and meters ask what other threads hold, which may take a lock for a moment. */
    private <T> void elsewhere(Supplier<T> work, Consumer<T> then) {
        Context context = vertx.getOrCreateContext();
        Thread.startVirtualThread(() -> {
            T result = work.get();
            context.runOnContext(_ -> then.accept(result));
        });
    }

    private static void end(HttpServerRequest request, int status, String type, String body) {
        HttpServerResponse response =
                request.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", type)
                        .putHeader("Cache-Control", "no-store")
                        .putHeader("X-Content-Type-Options", "nosniff");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }

    @Override
    public void close() {
        closed = true;
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(e -> {
                    log.warn("telemetry: not closed in time", e);
                    return null;
                })
                .join();
    }
}
