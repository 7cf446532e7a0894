// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import io.countersign.protocol.Deadline;
import io.countersign.trace.Note;
import io.countersign.trace.Span;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Asks HTTP servers under a deadline that holds for the body, too. Redirects are not followed: they
 * would take credentials along. Answers are bounded. Thread-safe.
 */
public final class HttpCalls implements AutoCloseable {
    /** Longest answer that is read, in bytes. */
    public static final int MOST_BYTES = 1 << 20;

    /** W3C Trace Context. */
    private static final String TRACEPARENT = "traceparent";

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;

    /** What came back. */
    public record Response(int status, byte[] body, Optional<String> signature) {}

    /**
     * @param tls empty for the authorities of the Java runtime
     */
    public HttpCalls(Optional<SSLContext> tls) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER);
        tls.ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /**
     * Sends a request and reads the whole answer.
     *
     * @throws IOException if there was none in time; the message tells why, and nothing of what was
     *     sent
     */
    public Response send(HttpRequest.Builder request, Deadline deadline)
            throws IOException, InterruptedException {
        Span current = Span.current();
        return current.isRecorded() ? traced(current, request, deadline) : plain(request, deadline);
    }

    /** With the span told to the server, so that its own can join our trace. */
    private Response traced(Span current, HttpRequest.Builder request, Deadline deadline)
            throws IOException, InterruptedException {
        HttpRequest built = request.build();
        Span span =
                current.call(built.method())
                        .note(Note.METHOD, built.method())
                        .note(Note.HOST, String.valueOf(built.uri().getHost()));
        if (built.uri().getPort() > 0) {
            span.note(Note.PORT, built.uri().getPort());
        }
        try {
            Response response = plain(request.setHeader(TRACEPARENT, span.traceparent()), deadline);
            span.note(Note.STATUS, response.status());
            if (response.status() >= 400) {
                span.failed(Integer.toString(response.status()));
            }
            return response;
        } catch (IOException | InterruptedException e) {
            span.failed(e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    private Response plain(HttpRequest.Builder request, Deadline deadline)
            throws IOException, InterruptedException {
        Duration left = deadline.remaining();
        if (left.isZero()) {
            throw new IOException("no time left");
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request.timeout(left).build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(left.toNanos(), TimeUnit.NANOSECONDS);
            return new Response(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue(Signature.HEADER));
        } catch (TimeoutException e) {
            throw new IOException("no answer in time", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static IOException failure(Throwable cause) {
        if (cause instanceof java.net.ConnectException) {
            return new NotDelivered(cause);
        }
        String detail = cause.getMessage();
        return new IOException(detail == null ? cause.getClass().getSimpleName() : detail, cause);
    }

    /** Nothing was sent: asking again cannot do harm. */
    public static final class NotDelivered extends IOException {
        private static final long serialVersionUID = 1L;

        NotDelivered(Throwable cause) {
            super("no connection", cause);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
