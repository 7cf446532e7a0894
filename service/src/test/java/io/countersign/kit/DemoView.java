// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The audit view of the demo, in a process of its own, and somebody who looks at it. */
final class DemoView implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = "demo-demo-demo";

    private final HttpClient http =
            HttpClient.newBuilder()
                    .cookieHandler(new CookieManager())
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
    private final Process process;
    private final Path log;

    private DemoView(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the jar of the view over the audit stream of a system. */
    static DemoView start(Deployment system, Path jar) throws IOException {
        boolean hasKey = Files.exists(system.folder().resolve("keys/admin-requests.nk"));
        boolean hasCreds = Files.exists(system.folder().resolve("creds/admin.creds"));
        Path file = system.folder().resolve("view.yaml");
        Files.writeString(
                file,
                "port: %d%n%s%s"
                        .formatted(
                                FreePorts.several(1).getFirst(),
                                "nats: {servers: [\"%s\"], credentials: creds/operations.creds}%n"
                                        .formatted(system.server().url()),
                                hasKey && hasCreds
                                        ? "admin: {key: keys/admin-requests.nk, credentials:"
                                                + " creds/admin.creds, cluster: test}\n"
                                        : ""));
        Path log = system.workspace().dir().resolve("view.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-jar",
                                jar.toString(),
                                "--config",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        DemoView view = new DemoView(process, log);
        view.url();
        return view;
    }

    String url() {
        return said("audit view: (\\S+)");
    }

    String login() {
        return "admin / " + PASSWORD;
    }

    private String said(String expression) {
        return Wait.forValue(
                "the audit view, log in " + log,
                PATIENCE,
                () -> {
                    try {
                        Matcher matcher =
                                Pattern.compile(expression).matcher(Files.readString(log));
                        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
                    } catch (IOException e) {
                        return Optional.empty();
                    }
                });
    }

    /** Logs in with the password that was printed, and sets the one of the demo. */
    boolean enter() throws IOException, InterruptedException {
        String printed = said("log in as admin with (\\S+)");
        String page = post("login", Map.of("name", "admin", "password", printed));
        Matcher token = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]+)\"").matcher(page);
        return token.find()
                && post(
                                "first",
                                Map.of(
                                        "csrf", token.group(1),
                                        "old", printed,
                                        "password", PASSWORD,
                                        "again", PASSWORD))
                        .contains("<h1>Overview</h1>");
    }

    /** True as soon as the Explorer shows all of these. */
    boolean shows(List<String> words) {
        return Wait.forValue(
                "logins in the audit view",
                PATIENCE,
                () -> {
                    try {
                        String page = get("explore?t=1h&n=200");
                        return words.stream().allMatch(page::contains)
                                ? Optional.of(true)
                                : Optional.empty();
                    } catch (IOException e) {
                        return Optional.empty();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String post(String path, Map<String, String> form)
            throws IOException, InterruptedException {
        String body =
                form.entrySet().stream()
                        .map(e ->
                                e.getKey()
                                        + "="
                                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return http.send(
                        HttpRequest.newBuilder(URI.create(url() + path))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
