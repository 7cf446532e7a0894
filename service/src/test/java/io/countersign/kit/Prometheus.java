// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One real Prometheus on loopback that scrapes one instance every second. Dies with its workspace.
 * Thread-safe.
 */
public final class Prometheus implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LIMIT_MILLIS = 20_000;
    private static final long LIMIT_SECONDS = 300;
    private static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workspace workspace;
    private final int port;

    private Prometheus(Workspace workspace, int port) {
        this.workspace = workspace;
        this.port = port;
    }

    /**
     * Starts one with the alert rules of {@code ops/}.
     *
     * @param target port of the instance's metrics on loopback
     */
    public static Prometheus start(int target) {
        Workspace workspace = Workspace.create("countersign-prometheus-");
        int port = FreePorts.one();
        Path settings = workspace.dir().resolve("prometheus.yml");
        Io.run(() ->
                Files.writeString(
                        settings,
                        """
                        global: { scrape_interval: 1s, evaluation_interval: 1s }
                        rule_files: ["%s"]
                        scrape_configs:
                          - job_name: countersign
                            static_configs: [{ targets: ["127.0.0.1:%d"] }]
                        """
                                .formatted(OPS.resolve("prometheus/alerts.yaml"), target)));
        List<String> command =
                List.of(
                        program("prometheus"),
                        "--config.file=" + settings,
                        "--storage.tsdb.path=" + workspace.dir().resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn");
        ServerProcess.launch(command, workspace, workspace.dir().resolve("prometheus.log"));
        Prometheus started = new Prometheus(workspace, port);
        Wait.until("start of prometheus", PATIENCE, started::isReady);
        return started;
    }

    private boolean isReady() {
        try {
            return fetch("/-/ready").length > 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** What the query gives right now: a list of series, empty if it has no data. */
    public JsonNode query(String query) {
        String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        try {
            return JSON.readTree(fetch(path)).at("/data/result");
        } catch (IOException e) {
            throw new UncheckedIOException(query, e);
        }
    }

    private byte[] fetch(String path) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        try (InputStream body = connection.getInputStream()) {
            return body.readAllBytes();
        }
    }

    /** Runs promtool in this folder; what it said, behind its exit code and a space. */
    public static String promtool(Path folder, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program("promtool")));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command).directory(folder.toFile()));
    }

    private static String program(String name) {
        try {
            String said = run(new ProcessBuilder(OPS.resolve("lib/find-prometheus").toString()));
            if (!said.startsWith("0 ")) {
                throw new IllegalStateException("ops/lib/find-prometheus: " + said);
            }
            String folder = said.substring(2).lines().toList().getLast().strip();
            return Path.of(folder, name).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path output = Files.createTempFile("countersign-prometheus-", ".txt");
        try {
            Process process =
                    builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(builder.command() + ": took too long");
            }
            return process.exitValue() + " " + Files.readString(output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    @Override
    public void close() {
        workspace.close();
    }
}
