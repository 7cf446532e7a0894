// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.Samples;
import io.countersign.view.access.Role;
import io.countersign.view.index.AuditIndex;
import io.vertx.core.http.HttpMethod;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route × everybody: what may not pass does not, and a new route needs a row here. */
class RoutesTest {
    /** Written by hand: a route that is not in here fails, so nobody adds one without thinking. */
    private static final Set<String> OPEN =
            Set.of(
                    "GET /login",
                    "POST /login",
                    "GET /login/oidc",
                    "GET /login/callback",
                    "GET /healthz");

    private static final Set<String> ANYBODYS =
            Set.of(
                    "GET /",
                    "GET /explore",
                    "GET /x/suggest",
                    "GET /x/row",
                    "GET /x/newer",
                    "GET /x/session",
                    "GET /diff",
                    "GET /export",
                    "GET /live",
                    "GET /live/events",
                    "GET /e/:id",
                    "GET /e/:id/explain",
                    "GET /why",
                    "GET /principal",
                    "GET /address",
                    "GET /account",
                    "GET /credential",
                    "GET /rule",
                    "GET /revision",
                    "GET /views",
                    "POST /views",
                    "POST /views/forget",
                    "GET /help",
                    "GET /settings",
                    "POST /settings",
                    "POST /logout",
                    "POST /stay",
                    "GET /first",
                    "POST /first");

    private static final Set<String> UNSCOPED =
            Set.of("GET /locks", "GET /sessions", "GET /instances");
    private static final Set<String> OPERATORS =
            Set.of(
                    "GET /act/revoke",
                    "POST /act/revoke",
                    "GET /act/lift",
                    "POST /act/lift",
                    "GET /act/unlock",
                    "POST /act/unlock",
                    "GET /act/kick",
                    "POST /act/kick");
    private static final Set<String> ADMINS = Set.of("GET /admin/users", "GET /admin/activity");

    @TempDir private static Path folder;
    private static ViewFixture view;

    @BeforeAll
    static void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 60, IntStream.range(0, 60).mapToObj(Samples::entry).toList());
        Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock));
    }

    @AfterAll
    static void stop() {
        view.close();
    }

    @Test
    void routes_all_areInTheTable() {
        Set<String> expected = new TreeSet<>();
        List.of(OPEN, ANYBODYS, UNSCOPED, OPERATORS, ADMINS).forEach(expected::addAll);
        Set<String> there = new TreeSet<>();
        view.server().routes().forEach(route -> there.add(name(route)));

        assertThat(there).isEqualTo(expected);
        for (Route route : view.server().routes()) {
            String name = name(route);
            assertThat(route.role().isEmpty()).as(name).isEqualTo(OPEN.contains(name));
            assertThat(route.isAct()).as(name).isEqualTo(OPERATORS.contains(name));
            assertThat(route.role().filter(Role.ADMIN::equals).isPresent())
                    .as(name)
                    .isEqualTo(ADMINS.contains(name));
        }
    }

    @Test
    void routes_withoutLogin_leadToTheLogin() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Route route : view.server().routes()) {
            if (route.role().isPresent()) {
                HttpResponse<String> reply = ask(route, "none=1", Map.of());
                boolean good =
                        reply.statusCode() == 401
                                || (reply.statusCode() == 303
                                        && location(reply).startsWith("/login"));
                if (!good || reply.body().contains("alice")) {
                    wrong.add(name(route) + ": " + reply.statusCode());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void routes_everyPerson_onlyWhatTheTableSays() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String person : List.of("ann", "olga", "vera", "tom", "otto")) {
            String cookie = view.cookieOf(person);
            for (Route route : view.server().routes()) {
                String name = name(route);
                boolean isStream = name.equals("GET /live/events");
                if (route.role().isEmpty() || isStream) {
                    continue;
                }
                int status = ask(route, cookie, Map.of("csrf", view.csrfOf(cookie))).statusCode();
                boolean may = may(person, name);
                if (may == (status == 403) && !name.equals("POST /first")) {
                    wrong.add(person + " " + name + ": " + status);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean may(String person, String name) {
        return switch (person) {
            case "ann" -> true;
            case "olga" -> !ADMINS.contains(name);
            case "vera" -> !ADMINS.contains(name) && !OPERATORS.contains(name);
            default -> ANYBODYS.contains(name);
        };
    }

    @Test
    void posts_withoutOrWithAnothersToken_areRefused() throws Exception {
        String cookie = view.cookieOf("ann");
        String other = view.csrfOf(view.cookieOf("olga"));
        for (Route route : view.server().routes()) {
            if (route.method().equals(HttpMethod.POST) && route.role().isPresent()) {
                assertThat(ask(route, cookie, Map.of()).statusCode())
                        .as(name(route))
                        .isEqualTo(403);
                assertThat(ask(route, cookie, Map.of("csrf", other)).statusCode())
                        .as(name(route))
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void posts_fromAnotherSite_areRefused() throws Exception {
        String cookie = view.cookieOf("ann");
        for (Route route : view.server().routes()) {
            if (route.method().equals(HttpMethod.POST)) {
                var origin =
                        view.post(
                                path(route),
                                Map.of("csrf", view.csrfOf(cookie)),
                                "Cookie",
                                cookie,
                                "Origin",
                                "https://evil.example");
                var site =
                        view.post(
                                path(route),
                                Map.of("csrf", view.csrfOf(cookie)),
                                "Cookie",
                                cookie,
                                "Sec-Fetch-Site",
                                "cross-site");
                assertThat(origin.statusCode()).as(name(route)).isEqualTo(403);
                assertThat(site.statusCode()).as(name(route)).isEqualTo(403);
            }
        }
    }

    @Test
    void answers_all_carryTheHeadersOfDefence() throws Exception {
        String cookie = view.cookieOf("ann");
        List<String> paths = new ArrayList<>(List.of("/no-such-page", "/assets/none.js"));
        view.server().routes().stream()
                .filter(r -> r.method().equals(HttpMethod.GET))
                .filter(r -> !r.path().equals(Routes.EVENTS))
                .forEach(r -> paths.add(path(r)));
        for (String path : paths) {
            HttpResponse<String> reply = view.get(path, "Cookie", cookie);
            Wire.HEADERS.forEach((header, value) ->
                    assertThat(reply.headers().firstValue(header).orElse(""))
                            .as(path + " " + header)
                            .isEqualTo(value));
            assertThat(reply.body()).as(path).doesNotContain("<script>").doesNotContain("style=\"");
        }
    }

    /** What somebody could try who sees account APP only; Alice's refusals are in none. */
    private static List<String> attempts() {
        String id = Samples.entry(1).id().toString();
        return List.of(
                "/",
                "/?t=all",
                "/explore?t=all",
                "/explore?t=all&q=user%3Aalice",
                "/explore?t=all&before=" + id,
                "/export?t=all&format=csv",
                "/export?t=all&format=jsonl",
                "/export?t=all&format=ocsf",
                "/live",
                "/principal?v=users%3Aalice&t=all",
                "/address?v=10.1.0.1&t=all",
                "/account?v=EDGE&t=all",
                "/credential?fp=3f9a77&t=all",
                "/rule?v=services&t=all",
                "/revision?v=9f3c&t=all",
                "/why?user=alice&t=all",
                "/x/suggest?t=all&q=user%3Aal",
                "/x/row?id=" + id,
                "/x/newer?t=all&after=" + Samples.entry(30).id(),
                "/diff?t=all&q=user%3Aalice",
                "/diff?t=all&q=account%3AAPP&with=user%3Aalice",
                "/diff?id=" + id,
                "/e/" + id,
                "/e/" + id + ".json",
                "/e/" + id + ".tlog-proof",
                "/e/" + id + "/explain");
    }

    /** A new page that shows entries needs an attempt. */
    @Test
    void scope_everyRouteThatShowsEntries_isAttempted() {
        Set<String> without =
                Set.of(
                        "/live/events",
                        "/x/session",
                        "/views",
                        "/help",
                        "/settings",
                        "/first"); // LiveTest has the first
        Set<String> attempted = new TreeSet<>();
        attempts()
                .forEach(path ->
                        attempted.add(
                                path.replaceFirst("\\?.*", "")
                                        .replaceFirst("/e/[0-9a-f-]{36}(\\.[a-z-]+)?", "/e/:id")));

        assertThat(attempted)
                .isEqualTo(
                        ANYBODYS.stream()
                                .filter(name -> name.startsWith("GET "))
                                .map(name -> name.substring("GET ".length()))
                                .filter(path -> !without.contains(path))
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void scope_everyListAndPage_hidesOtherAccounts() throws Exception {
        AuditEntry hidden = Samples.entry(1);
        String cookie = view.cookieOf("tom");
        for (String path : attempts()) {
            String body = view.get(path, "Cookie", cookie).body();
            assertThat(body).as(path).doesNotContain("“alice”").doesNotContain(hidden.id() + "\"");
            if (path.matches(".*(v=users%3Aalice|user=alice|10\\.1\\.0\\.1).*")) {
                assertThat(body)
                        .as(path)
                        .containsPattern("Nothing in this time|or none that you may");
            } else {
                assertThat(body)
                        .as(path)
                        .doesNotContain("\"alice\"")
                        .doesNotContain("users:alice")
                        .doesNotContain("10.1.0.1");
            }
        }
        assertThat(view.get("/explore?t=all", "Cookie", cookie).body()).contains("users:bob");
    }

    /** Whoever holds a full id may ask why it was: none of somebody else's is given away. */
    @Test
    void scope_idsOfOtherAccounts_areOnNoPage() throws Exception {
        String cookie = view.cookieOf("tom");
        for (String path : attempts()) {
            String body = view.get(path, "Cookie", cookie).body();
            for (int n = 0; n < 60; n++) {
                if (n % 3 != 0 && !path.contains(Samples.entry(n).id().toString())) {
                    assertThat(body).as(path).doesNotContain(Samples.entry(n).id().toString());
                }
            }
        }
        assertThat(view.get("/x/newer?t=all&after=", "Cookie", cookie).body()).isEqualTo("20");
    }

    @Test
    void why_idOutsideTheScope_saysTheSentenceAndNothingElse() throws Exception {
        AuditEntry hidden = Samples.entry(1);

        HttpResponse<String> reply =
                view.get("/why?id=" + hidden.id(), "Cookie", view.cookieOf("tom"));

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body())
                .contains("The name or the secret was not accepted")
                .doesNotContain("alice")
                .doesNotContain("10.1.0.1")
                .doesNotContain("n1");
    }

    /** One setting for all pages, so that nobody compares times of two zones. */
    @Test
    void zone_ofTheViewer_isThatOfEveryPage() throws Exception {
        String cookie = view.cookieOf("ann") + "; " + looks("Asia/Tokyo");
        for (Route route : view.server().routes()) {
            if (!route.method().equals(HttpMethod.GET)
                    || route.role().isEmpty()
                    || Set.of(Routes.EVENTS, "/help", "/export", "/x/suggest")
                            .contains(route.path())) {
                continue;
            }
            String text = view.get(path(route), "Cookie", cookie).body().replaceAll("<[^>]*>", " ");
            assertThat(text).as(name(route)).doesNotContain("UTC");
        }
        assertThat(view.get("/explore?t=all", "Cookie", cookie).body())
                .contains("Time (Asia/Tokyo)")
                .contains(
                        DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
                                .withZone(ZoneId.of("Asia/Tokyo"))
                                .format(Samples.entry(0).time()));
    }

    private static String looks(String zone) throws Exception {
        String cookie = view.cookieOf("ann");
        HttpResponse<String> reply =
                view.post(
                        "/settings",
                        Map.of("csrf", view.csrfOf(cookie), "tz", zone, "theme", "auto"),
                        "Cookie",
                        cookie);
        return ViewFixture.cookies(reply).getFirst().split(";", 2)[0];
    }

    private static HttpResponse<String> ask(Route route, String cookie, Map<String, String> form)
            throws Exception {
        return route.method().equals(HttpMethod.POST)
                ? view.post(path(route), form, "Cookie", cookie)
                : view.get(path(route), "Cookie", cookie);
    }

    private static String path(Route route) {
        return switch (route.path()) {
            case "/e/:id" -> "/e/" + Samples.entry(3).id();
            case "/e/:id/explain" -> "/e/" + Samples.entry(3).id() + "/explain";
            case "/x/row" -> "/x/row?id=" + Samples.entry(3).id();
            case "/principal", "/rule", "/revision" -> route.path() + "?v=users%3Abob";
            case "/address" -> "/address?v=10.1.0.1";
            case "/credential" -> "/credential?fp=3f9a77";
            case "/account" -> "/account?v=APP";
            default -> route.path();
        };
    }

    private static String name(Route route) {
        return route.method() + " " + route.path();
    }

    private static String location(HttpResponse<String> reply) {
        return reply.headers().firstValue("Location").orElse("");
    }
}
