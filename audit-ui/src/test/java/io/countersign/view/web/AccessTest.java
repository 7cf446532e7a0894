// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.access.LoginDesk;
import io.countersign.view.access.Sessions;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Getting in, staying in, and what somebody else could try. */
class AccessTest {
    @TempDir private Path folder;
    private final SetClock clock = new SetClock();
    private AuditIndex index;
    private ViewFixture view;

    @BeforeEach
    void start() {
        index = AuditIndex.open(folder.resolve("index.db"));
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock));
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private HttpResponse<String> login(String name, String password, String... headers)
            throws Exception {
        return view.post("/login", Map.of("name", name, "password", password), headers);
    }

    @Test
    void login_rightPassword_beginsASessionOfItsOwn() throws Exception {
        // Session fixation: whatever cookie the browser brought along counts for nothing.
        String planted = view.cookieOf("vera");
        HttpResponse<String> reply = login("ann", ViewFixture.PASSWORD, "Cookie", planted);

        assertThat(reply.statusCode()).isEqualTo(303);
        String cookie = ViewFixture.cookies(reply).getFirst();
        assertThat(cookie)
                .startsWith("countersign_view=")
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .doesNotContain(planted);
        String session = cookie.split(";", 2)[0];
        assertThat(view.get("/admin/users", "Cookie", session).statusCode()).isEqualTo(200);
    }

    /** Clients that follow the redirect after a login with the headers of the form. */
    @Test
    void get_contentTypeOfAForm_isAnsweredAsWithout() throws Exception {
        HttpResponse<String> reply =
                view.get("/login", "Content-Type", "application/x-www-form-urlencoded");

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).contains("<h1>Log in</h1>");
    }

    @Test
    void login_nameThatNobodyHas_isRefusedAlike() throws Exception {
        HttpResponse<String> wrong = login("ann", "no");
        HttpResponse<String> nobody = login("nobody", "no");

        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(nobody.statusCode()).isEqualTo(403);
        assertThat(nobody.body()).isEqualTo(wrong.body());
    }

    @Test
    void login_guessesAtOnce_notMoreThanFiveAreChecked() throws Exception {
        List<Callable<Integer>> guesses =
                IntStream.range(0, 30)
                        .<Callable<Integer>>mapToObj(
                                i -> () -> login("ann", "guess" + i).statusCode())
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long checked = 0;
            for (Future<Integer> guess : threads.invokeAll(guesses)) {
                checked += guess.get() == 403 ? 1 : 0;
            }
            assertThat(checked).isEqualTo(LoginDesk.FAILURES);
        }
        assertThat(login("ann", ViewFixture.PASSWORD).statusCode()).isEqualTo(429);
        clock.forward(LoginDesk.WINDOW.plusSeconds(1));
        assertThat(login("ann", ViewFixture.PASSWORD).statusCode()).isEqualTo(303);
    }

    @Test
    void login_nextElsewhere_staysHere() throws Exception {
        for (String next :
                List.of(
                        "//evil.example",
                        "https://evil.example",
                        "/\\evil.example",
                        "/\r\nSet-Cookie: a=b",
                        "javascript:alert(1)",
                        "/\t/evil.example")) {
            HttpResponse<String> reply =
                    view.post(
                            "/login",
                            Map.of("name", "ann", "password", ViewFixture.PASSWORD, "next", next));

            assertThat(reply.headers().firstValue("Location")).contains("/");
        }
    }

    @Test
    void session_editedCutOrOfAnotherUse_isNone() throws Exception {
        String cookie = view.cookieOf("ann");
        for (String other :
                List.of(
                        cookie.substring(0, cookie.length() - 4) + "AAAA",
                        cookie.substring(0, 40),
                        "countersign_view=",
                        "countersign_view=%%%",
                        cookie.replace("countersign_view", "countersign_login"))) {
            assertThat(view.get("/", "Cookie", other).statusCode()).as(other).isEqualTo(303);
        }
    }

    @Test
    void session_afterItsLife_isOver() throws Exception {
        String cookie = view.cookieOf("ann");
        clock.forward(Sessions.LIFETIME.minusSeconds(1));
        assertThat(view.get("/", "Cookie", cookie).statusCode()).isEqualTo(200);
        clock.forward(Duration.ofSeconds(1));
        assertThat(view.get("/", "Cookie", cookie).statusCode()).isEqualTo(303);
    }

    @Test
    void session_ofOneReplica_servesOnAnother() throws Exception {
        Path other = java.nio.file.Files.createDirectory(folder.resolve("other"));
        java.nio.file.Files.copy(folder.resolve("viewers"), other.resolve("viewers"));
        try (ViewFixture replica = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock))) {
            String cookie = view.cookieOf("olga");

            assertThat(replica.get("/explore", "Cookie", cookie).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void act_loginOfTwentyMinutesAgo_mustLogInAgain() throws Exception {
        String cookie = view.cookieOf("olga");
        clock.forward(Sessions.FRESH.plusSeconds(1));

        HttpResponse<String> form =
                view.get("/act/revoke?kind=principal&v=users%3Abob", "Cookie", cookie);
        HttpResponse<String> post =
                view.post("/act/revoke", Map.of("csrf", view.csrfOf(cookie)), "Cookie", cookie);

        assertThat(form.headers().firstValue("Location").orElse(""))
                .startsWith("/login?next=%2Fact%2Frevoke");
        assertThat(post.statusCode()).isEqualTo(403);
    }

    @Test
    void firstPassword_mustBeChanged_beforeAnythingElse() throws Exception {
        String cookie = view.cookieOf("nina");
        assertThat(view.get("/explore", "Cookie", cookie).headers().firstValue("Location"))
                .contains("/first");
        Map<String, String> form =
                Map.of(
                        "csrf",
                        view.csrfOf(cookie),
                        "old",
                        ViewFixture.PASSWORD,
                        "password",
                        "another-long-password",
                        "again",
                        "another-long-password");

        HttpResponse<String> reply = view.post("/first", form, "Cookie", cookie);

        assertThat(reply.statusCode()).isEqualTo(303);
        assertThat(view.get("/", "Cookie", cookie).statusCode()).isEqualTo(303); // old session
        assertThat(login("nina", ViewFixture.PASSWORD).statusCode()).isEqualTo(403);
        HttpResponse<String> again = login("nina", "another-long-password");
        String session = ViewFixture.cookies(again).getFirst().split(";", 2)[0];
        assertThat(view.get("/explore", "Cookie", session).statusCode()).isEqualTo(200);
        assertThat(java.nio.file.Files.readString(folder.resolve("viewers")))
                .contains("ann:admin::")
                .doesNotContain(":change");
    }

    @Test
    void role_changedInTheFile_countsAtOnce() throws Exception {
        String cookie = view.cookieOf("olga");
        Path people = folder.resolve("viewers");
        java.nio.file.Files.writeString(
                people,
                java.nio.file.Files.readString(people).replace("olga:operate", "olga:view"));
        java.nio.file.Files.setLastModifiedTime(
                people, java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(view.get("/act/revoke", "Cookie", cookie).statusCode()).isEqualTo(403);
    }

    @Test
    void paths_thatClimb_findNothing() throws Exception {
        String cookie = view.cookieOf("ann");
        for (String path :
                List.of(
                        "/assets/..%2f..%2fviewers",
                        "/assets/%2e%2e/%2e%2e/etc/passwd",
                        "/e/..%2f..%2fviewers",
                        "/assets/view.css")) {
            HttpResponse<String> reply = view.get(path, "Cookie", cookie);
            assertThat(reply.statusCode()).as(path).isEqualTo(404);
            assertThat(reply.body()).doesNotContain("argon2");
        }
    }

    @Test
    void address_behindNoProxy_isNotWhatTheHeaderSays() throws Exception {
        for (int i = 0; i < LoginDesk.FAILURES; i++) {
            login("name" + i, "no", "X-Forwarded-For", "192.0.2." + i);
        }

        assertThat(login("ann", ViewFixture.PASSWORD, "X-Forwarded-For", "192.0.2.99").statusCode())
                .isEqualTo(429);
    }

    @Test
    void address_behindAProxy_isTheLastHop() throws Exception {
        ViewServer.Settings behind =
                new ViewServer.Settings("127.0.0.1", 0, true, true, Optional.empty(), 100);
        try (ViewFixture proxied =
                ViewFixture.start(ViewFixture.Setup.of(folder, index, clock).with(behind))) {
            for (int i = 0; i < LoginDesk.FAILURES; i++) {
                proxied.post(
                        "/login",
                        Map.of("name", "n" + i, "password", "no"),
                        "X-Forwarded-For",
                        "198.51.100." + i + ", 192.0.2.7");
            }
            Map<String, String> right = Map.of("name", "ann", "password", ViewFixture.PASSWORD);
            var same = proxied.post("/login", right, "X-Forwarded-For", "203.0.113.1, 192.0.2.7");
            var other = proxied.post("/login", right, "X-Forwarded-For", "192.0.2.8");

            assertThat(same.statusCode()).isEqualTo(429);
            assertThat(other.statusCode()).isEqualTo(303);
            assertThat(ViewFixture.cookies(other).getFirst())
                    .startsWith("__Host-countersign_view=")
                    .contains("; Secure");
            assertThat(other.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }

    @Test
    void activity_whatPeopleDid_isWrittenDown() throws Exception {
        String cookie = view.cookieOf("ann");
        login("mallory\u202e\nfake", "no");
        view.get("/explore?q=user%3Aalice&t=1h", "Cookie", cookie);
        view.get("/export?q=user%3Aalice&t=1h", "Cookie", cookie);

        List<String> lines = java.nio.file.Files.readAllLines(folder.resolve("activity.log"));

        assertThat(lines)
                .anySatisfy(line ->
                        assertThat(line)
                                .contains("login-failed")
                                .contains("mallory\\u{202e}\\u{a}fake"))
                .anySatisfy(line ->
                        assertThat(line)
                                .contains("local:ann")
                                .contains("search")
                                .contains("user:alice"))
                .anySatisfy(line -> assertThat(line).contains("export").contains("csv user:alice"));
        assertThat(view.get("/admin/activity", "Cookie", cookie).body())
                .contains("mallory\\u{202e}");
    }

    @Test
    void fragment_sessionOver_sendsToTheLogin() throws Exception {
        HttpResponse<String> reply = view.get("/x/row?id=x");

        assertThat(reply.statusCode()).isEqualTo(401);
        assertThat(reply.headers().firstValue("HX-Redirect")).contains("/login");
    }
}
