// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An HTTP server on loopback whose answers are a function of the requests. Thread-safe. */
public final class HttpStub implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;
    private final AtomicInteger losing = new AtomicInteger();
    private volatile boolean hangs;

    /** A request. */
    public record Asked(String method, String path, Function<String, String> header, byte[] body) {}

    /** What to answer. */
    public record Answer(int status, byte[] body, Map<String, String> headers) {
        public static Answer json(int status, String body) {
            return new Answer(
                    status, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.of());
        }
    }

    private HttpStub(Function<Asked, Answer> answers) {
        server =
                Io.get(() ->
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, answers));
        server.start();
    }

    public static HttpStub start(Function<Asked, Answer> answers) {
        return new HttpStub(answers);
    }

    private void handle(HttpExchange exchange, Function<Asked, Answer> answers) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            requests.incrementAndGet();
            if (losing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return; // closed without an answer
            }
            if (hangs) {
                closing.await();
                return;
            }
            Answer answer =
                    answers.apply(
                            new Asked(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().toString(),
                                    name ->
                                            Optional.ofNullable(
                                                            exchange.getRequestHeaders()
                                                                    .getFirst(name))
                                                    .orElse(""),
                                    body));
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(
                    answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public int requests() {
        return requests.get();
    }

    /** Takes so many questions, and closes the connection in place of an answer. */
    public HttpStub lose(int answers) {
        losing.set(answers);
        return this;
    }

    /** Takes questions and never answers. */
    public HttpStub hang() {
        hangs = true;
        return this;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
