// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.access.Sessions;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long somebody stays logged in, and what a page can know of it. */
class SessionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir private Path folder;
    private final SetClock clock = new SetClock();
    private ViewFixture view;

    @BeforeEach
    void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock));
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private String stay(String cookie) throws Exception {
        HttpResponse<String> reply =
                view.post("/stay", Map.of("csrf", view.csrfOf(cookie)), "Cookie", cookie);
        assertThat(reply.statusCode()).isEqualTo(303);
        return ViewFixture.cookies(reply).getFirst().split(";", 2)[0];
    }

    private String left(String cookie) throws Exception {
        return view.get("/x/session", "Cookie", cookie).body();
    }

    private int status(String path, String cookie) throws Exception {
        return view.get(path, "Cookie", cookie).statusCode();
    }

    @Test
    void stay_beforeTheEnd_goesOnWithTheSameForms() throws Exception {
        String cookie = view.cookieOf("olga");
        assertThat(left(cookie)).isEqualTo("{\"seconds\":43200,\"more\":true}");
        String csrf = view.csrfOf(cookie);
        clock.forward(Sessions.LIFETIME.minus(MINUTE));
        assertThat(left(cookie)).isEqualTo("{\"seconds\":60,\"more\":true}");

        String longer = stay(cookie);

        clock.forward(MINUTE);
        assertThat(status("/", cookie)).isEqualTo(303);
        assertThat(status("/", longer)).isEqualTo(200);
        assertThat(view.csrfOf(longer)).isEqualTo(csrf);
        assertThat(java.nio.file.Files.readString(folder.resolve("activity.log")))
                .contains("local:olga")
                .contains("stayed");
    }

    /** Nobody proved anything again: acts want a login of the last quarter of an hour. */
    @Test
    void stay_actAfterwards_mustLogInAgain() throws Exception {
        String cookie = view.cookieOf("olga");
        clock.forward(Sessions.FRESH.plus(MINUTE));

        String longer = stay(cookie);

        assertThat(status("/act/revoke", longer)).isEqualTo(303);
    }

    @Test
    void stay_againAndAgain_endsADayAfterTheLogin() throws Exception {
        String cookie = view.cookieOf("vera");
        for (int hours = 0; hours < 23; hours++) {
            cookie = stay(cookie);
            clock.forward(Duration.ofHours(1));
        }
        clock.forward(Duration.ofHours(1).minus(MINUTE));
        assertThat(left(cookie)).isEqualTo("{\"seconds\":60,\"more\":false}");
        cookie = stay(cookie);
        clock.forward(MINUTE);

        assertThat(status("/", cookie)).isEqualTo(303);
    }

    @Test
    void settings_withoutScript_sayHowLongAndLetOneStay() throws Exception {
        assertThat(view.get("/settings", "Cookie", view.cookieOf("vera")).body())
                .contains("It goes on for 12 h 0 min.")
                .contains("action=\"/stay\"");
    }

    @Test
    void session_asksWithoutOne_isToldSo() throws Exception {
        assertThat(view.get("/x/session").statusCode()).isEqualTo(401);
    }
}
