// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.users.PasswordHash;
import io.countersign.policy.Reason;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewServerTest {
    private static final String HOSTILE = "=<script>alert(1)</script>\u202e\"' OR 1=1";

    @TempDir private Path directory;
    private final HttpClient client = HttpClient.newHttpClient();
    private ViewServer server;

    @BeforeEach
    void start() throws Exception {
        AuditIndex index = AuditIndex.open(directory.resolve("index.db"));
        index.ingest("test", 60, IntStream.range(0, 60).mapToObj(Samples::entry).toList());
        index.ingest("test", 61, List.of(Samples.deny(61, HOSTILE, "10.9.9.9")));
        String hash = PasswordHash.make(bytes("secret"), new SecureRandom()).encoded();
        Path people = directory.resolve("viewers");
        Files.writeString(people, "ann:admin::" + hash + "\ntom:view:APP:" + hash + "\n");
        ViewerFile viewers = ViewerFile.read(people);
        Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
        Sessions sessions = new Sessions(new byte[32], viewers, clock, new SecureRandom());
        server =
                ViewServer.start(
                        index,
                        viewers,
                        sessions,
                        clock,
                        new ViewServer.Settings("127.0.0.1", 0, false));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void routes_withoutLogin_onlyPublicOnesAnswer() throws Exception {
        List<String> open = new ArrayList<>();
        for (Route route : server.routes()) {
            String path = route.path().replace(":name", "view.css").replaceAll(":[a-z]+", "1");
            var reply =
                    client.send(
                            request(path)
                                    .method(
                                            route.method().name(),
                                            HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            boolean refused =
                    reply.statusCode() == 303
                            && reply.headers()
                                    .firstValue("Location")
                                    .orElse("")
                                    .startsWith("/login");
            if (!refused) {
                open.add(route.method() + " " + route.path());
            }
            assertThat(reply.headers().firstValue("Content-Security-Policy")).as(path).isPresent();
        }

        assertThat(open)
                .containsExactlyInAnyOrder(
                        "GET /login", "POST /login", "GET /healthz", "GET /assets/:name");
    }

    @Test
    void explorer_queryInTheUrl_showsWhatMatches() throws Exception {
        String cookie = login("ann");

        String page = get("/?t=all&q=user:bob", cookie).body();

        assertThat(page)
                .contains("Allowed users:bob into APP by rule services")
                .doesNotContain("Denied “alice”");
    }

    @Test
    void explorer_hostileName_isText() throws Exception {
        String cookie = login("ann");

        String page = get("/?t=all&q=addr:10.9.9.9", cookie).body();
        String csv = get("/export?format=csv&t=all&q=addr:10.9.9.9", cookie).body();

        assertThat(page)
                .contains("&lt;script&gt;")
                .contains("⟨U+202E⟩")
                .doesNotContain("<script>alert");
        assertThat(csv).contains("“=<script>");
        assertThat(Names.cell("=1+1")).startsWith("\"'=");
    }

    @Test
    void explorer_wrongQuery_is422WithThePlace() throws Exception {
        var reply = get("/?q=foo:1", login("ann"));

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body()).contains("column 1: no field");
    }

    @Test
    void entry_outsideTheScope_isNotThere() throws Exception {
        assertThat(get("/entries/log1/1", login("ann")).statusCode()).isEqualTo(200);
        assertThat(get("/entries/log1/1", login("tom")).statusCode()).isEqualTo(404);
        assertThat(get("/entries/log1/3", login("tom")).statusCode()).isEqualTo(200);
    }

    @Test
    void post_withoutToken_isRefused() throws Exception {
        var reply = post("/logout", "csrf=wrong", login("ann"));

        assertThat(reply.statusCode()).isEqualTo(403);
    }

    @Test
    void login_fiveFailures_nobodyGetsAnAnswer() throws Exception {
        for (int i = 0; i < LoginDesk.FAILURES; i++) {
            assertThat(post("/login", "name=ann&password=no", "").statusCode()).isEqualTo(403);
        }

        assertThat(post("/login", "name=ann&password=secret", "").statusCode()).isEqualTo(429);
    }

    @Test
    void login_nextElsewhere_staysHere() throws Exception {
        for (String next :
                List.of("//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0aX")) {
            var reply =
                    post(
                            "/login",
                            "name=ann&password=secret&next="
                                    + URLEncoder.encode(next, StandardCharsets.UTF_8),
                            "");

            assertThat(reply.headers().firstValue("Location").orElse(""))
                    .startsWith("/")
                    .doesNotStartWith("//")
                    .doesNotContain("evil");
        }
    }

    @Test
    void cookie_tampered_isNoSession() throws Exception {
        String cookie = login("ann");
        String other = cookie.substring(0, cookie.length() - 4) + "AAAA";

        assertThat(get("/", other).statusCode()).isEqualTo(303);
    }

    @Test
    void sentence_everyReason_hasWordsAndANextStep() {
        for (Reason reason : Reason.values()) {
            var entry = Samples.deny(1, "x", "10.0.0.1").toBuilder().reason(reason.code()).build();

            assertThat(Sentence.because(entry)).isNotEqualTo(reason.code());
            assertThat(Sentence.next(entry)).isNotEmpty();
        }
    }

    private String login(String name) throws Exception {
        var reply = post("/login", "name=" + name + "&password=secret", "");
        return reply.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private HttpResponse<String> get(String path, String cookie) throws Exception {
        return client.send(
                request(path).header("Cookie", cookie).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form, String cookie) throws Exception {
        return client.send(
                request(path)
                        .header("Cookie", cookie)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
