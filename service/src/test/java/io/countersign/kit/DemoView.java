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
    private final ViewProcess process;

    private DemoView(ViewProcess process) {
        this.process = process;
    }

    /**
     * Starts the view over the audit stream of a system.
     *
     * @param witnesses keys with which instances co-sign
     */
    static DemoView start(Deployment system, List<String> witnesses) throws IOException {
        boolean isStatic = Files.exists(system.folder().resolve("keys/operations.nk"));
        String login = isStatic ? "nkey-seed: keys/%s.nk" : "credentials: creds/%s.creds";
        Path file = system.folder().resolve("view.yaml");
        Files.writeString(
                file,
                """
                port: %d
                nats: {servers: ["%s"], %s}
                admin: {key: keys/admin-requests.nk, %s, cluster: test}
                witnesses: %s
                """
                        .formatted(
                                FreePorts.several(1).getFirst(),
                                system.server().url(),
                                login.formatted("operations"),
                                login.formatted("admin"),
                                witnesses));
        return new DemoView(ViewProcess.start(file, system.workspace().dir().resolve("view.log")));
    }

    String url() {
        return process.url();
    }

    String login() {
        return "admin / " + PASSWORD;
    }

    /** Logs in with the password that was printed, and sets the one of the demo. */
    void enter() throws IOException, InterruptedException {
        String printed = process.password();
        String page = post("login", Map.of("name", "admin", "password", printed));
        String csrf = expect(page, Pattern.compile("name=\"csrf\" value=\"([0-9a-f]+)\"")).group(1);
        String next =
                post(
                        "first",
                        Map.of(
                                "csrf", csrf,
                                "old", printed,
                                "password", PASSWORD,
                                "again", PASSWORD));
        expect(next, Pattern.compile("<h1>Overview</h1>"));
    }

    private static Matcher expect(String page, Pattern pattern) {
        Matcher matcher = pattern.matcher(page);
        if (!matcher.find()) {
            throw new IllegalStateException(
                    "the audit view shows (expected: " + pattern + "):\n" + page);
        }
        return matcher;
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
        process.close();
    }
}
