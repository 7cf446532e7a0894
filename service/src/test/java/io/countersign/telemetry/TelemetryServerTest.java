// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Wait;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TelemetryServerTest {
    private final AtomicReference<Optional<String>> problem =
            new AtomicReference<>(Optional.empty());
    private final Health health =
            new Health(
                    "a",
                    List.of(
                            new HealthCheck("nats", Optional::empty),
                            new HealthCheck("trail", problem::get)));

    @Test
    void readyz_problemComesAndGoes_isToldWithItsWords() throws Exception {
        try (Meters meters = new Meters();
                TelemetryServer server = TelemetryServer.start("127.0.0.1", 0, health, meters)) {
            int port = server.port().get(60, TimeUnit.SECONDS);
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            problem.set(Optional.of("disk \"full\""));
            HttpResponse<String> unready = get(port, "/readyz");
            assertThat(unready.statusCode()).isEqualTo(503);
            assertThat(unready.body())
                    .contains("\"ready\" : false")
                    .contains("\"nats\" : \"ok\"")
                    .contains("\"trail\" : \"disk \\\"full\\\"\"");
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
            problem.set(Optional.empty());
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void readyz_checkThatFails_isNotReady() {
        Health broken =
                new Health(
                        "a",
                        List.of(
                                new HealthCheck(
                                        "odd",
                                        () -> {
                                            throw new IllegalStateException("of all things");
                                        })));
        assertThat(broken.report().isReady()).isFalse();
    }

    @Test
    void metrics_andOtherPaths_areAnsweredAsTheyShould() throws Exception {
        try (Meters meters = new Meters();
                TelemetryServer server = TelemetryServer.start("127.0.0.1", 0, health, meters)) {
            int port = server.port().get(60, TimeUnit.SECONDS);
            HttpResponse<String> metrics = get(port, "/metrics");
            assertThat(metrics.body()).contains("jvm_memory_used_bytes{");
            assertThat(metrics.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(get(port, "/metrics/../etc/passwd").statusCode()).isEqualTo(404);
            assertThat(send(port, "POST").statusCode()).isEqualTo(405);
            assertThat(send(port, "HEAD").body()).isEmpty();
        }
    }

    /** Logins do not depend on it, so it waits for its port. */
    @Test
    void start_portTaken_costsNothingButThePort() throws Exception {
        try (Meters meters = new Meters();
                TelemetryServer server = startedWherePortIsTaken(meters)) {
            int port = server.port().get(60, TimeUnit.SECONDS);
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
        }
    }

    private TelemetryServer startedWherePortIsTaken(Meters meters) throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            TelemetryServer server =
                    TelemetryServer.start(
                            "127.0.0.1",
                            other.getLocalPort(),
                            health,
                            meters,
                            Duration.ofMillis(100));
            Wait.until(
                    "it was told that the port is taken",
                    Duration.ofSeconds(60),
                    () -> server.refusals() > 0);
            return server;
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    BodyHandlers.ofString());
        }
    }

    private static HttpResponse<String> send(int port, String method) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
