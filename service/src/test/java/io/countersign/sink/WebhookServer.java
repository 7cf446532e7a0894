// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.countersign.kit.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server as a webhook. */
final class WebhookServer implements AutoCloseable {
    /** Takes the entries, but its answer never arrives. */
    static final int TAKES_AND_HANGS_UP = -1;

    /** Takes nothing and does not answer until the server is closed. */
    static final int HANGS = -2;

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<String> contentTypes = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();

    private WebhookServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::take);
        server.setExecutor(threads);
        server.start();
    }

    static WebhookServer plain() throws IOException {
        return new WebhookServer(HttpServer.create(anywhere(), 0), "http");
    }

    static WebhookServer tls(Certificates certificates) throws IOException {
        HttpsServer server = HttpsServer.create(anywhere(), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(certificates.sslContext(Optional.of(certificates.server()))));
        return new WebhookServer(server, "https");
    }

    private static InetSocketAddress anywhere() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    URI url(String path) {
        return URI.create(
                "%s://localhost:%d%s".formatted(scheme, server.getAddress().getPort(), path));
    }

    /** Statuses of the next answers; after them 204. */
    void answersNext(Integer... statuses) {
        answers.addAll(List.of(statuses));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    List<String> contentTypes() {
        return List.copyOf(contentTypes);
    }

    List<String> paths() {
        return List.copyOf(paths);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        paths.add(exchange.getRequestURI().getPath());
        Integer next = answers.poll();
        int status = next == null ? 204 : next;
        if (status == HANGS) {
            await();
            return;
        }
        if (status == 204 || status == TAKES_AND_HANGS_UP) {
            lines.addAll(body.lines().toList());
            authorizations.add(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            contentTypes.add(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")));
        }
        if (status == TAKES_AND_HANGS_UP) {
            throw new IOException("hangs up");
        }
        if (status == 307) {
            exchange.getResponseHeaders().add("Location", url("/elsewhere").toString());
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void await() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
        threads.close();
    }
}
