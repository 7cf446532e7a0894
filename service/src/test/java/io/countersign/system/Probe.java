// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import io.countersign.cli.Instance;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Wait;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at health and metrics of an instance, as a supervisor does. The deployment needs {@code
 * withTelemetry}. One thread.
 */
final class Probe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    /** Waits until the instance says where. */
    Probe(InstanceProcess instance) {
        port =
                Wait.forValue(
                        "where health is",
                        PATIENCE,
                        () ->
                                instance.logged("metrics and health at http://[^:]+:(\\d+)")
                                        .map(found -> Integer.parseInt(found.group(1))));
    }

    /** Of one in this JVM. */
    Probe(Instance instance) {
        Wait.until("where health is", PATIENCE, () -> instance.telemetryPort().isPresent());
        port = instance.telemetryPort().orElseThrow();
    }

    /** The page of health now. */
    String readyz() {
        return get("/readyz").body();
    }

    boolean isReady() {
        return get("/readyz").statusCode() == 200;
    }

    /**
     * Waits until it is not ready and says this, or is ready.
     *
     * @param words that the page has then
     * @param since a moment of {@link System#nanoTime}
     * @return time from then
     */
    Duration awaitReady(boolean ready, String words, long since) {
        try {
            Wait.until(
                    (ready ? "ready" : "not ready") + " with " + words,
                    PATIENCE,
                    () -> {
                        HttpResponse<String> now = get("/readyz");
                        return (now.statusCode() == 200) == ready && now.body().contains(words);
                    });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + readyz(), e);
        }
        return Chaos.since(since);
    }

    /** A number among the metrics; zero if it is not there. */
    double metric(String name) {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$")
                        .matcher(get("/metrics").body());
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    /** The first line of the metrics that has this, if one does. */
    Optional<String> line(String part) {
        return get("/metrics")
                .body()
                .lines()
                .filter(it -> !it.startsWith("#") && it.contains(part))
                .findFirst();
    }

    private HttpResponse<String> get(String path) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).join();
    }

    @Override
    public void close() {
        http.close();
    }
}
