// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.OidcSettings;
import io.countersign.view.access.Role;
import io.countersign.view.access.Seal;
import io.countersign.view.index.AuditIndex;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logging in with a provider, step by step as a browser would, and what an attacker would change.
 */
class OidcTest {
    @TempDir private Path folder;
    private final Clock clock = Clock.systemUTC();
    private final HttpClient browser = HttpClient.newHttpClient();
    private StandInProvider provider;
    private ViewFixture view;

    @BeforeEach
    void start() throws Exception {
        provider = new StandInProvider(clock);
        OidcSettings settings =
                new OidcSettings(
                        "Example SSO",
                        provider.issuer(),
                        StandInProvider.CLIENT,
                        Optional.empty(),
                        URI.create("http://127.0.0.1:1/login/callback"),
                        "openid profile",
                        "preferred_username",
                        "groups",
                        Map.of(
                                Role.VIEW,
                                List.of("dev", "security"),
                                Role.OPERATE,
                                List.of("oncall")),
                        Map.of(
                                "security",
                                List.of("*"),
                                "dev",
                                List.of("APP"),
                                "oncall",
                                List.of("*")));
        OidcLogin login =
                new OidcLogin(settings, new Seal(new byte[32], ViewFixture.RANDOM), clock);
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock).with(login));
    }

    @AfterEach
    void stop() {
        view.close();
        provider.close();
    }

    /** What a browser has when it stands at the provider: the way back, and its cookie. */
    private record Way(String back, String cookie) {}

    private Way leave(String next) throws Exception {
        HttpResponse<String> left = view.get("/login/oidc?next=" + next);
        assertThat(left.statusCode()).isEqualTo(303);
        String cookie = ViewFixture.cookies(left).getFirst().split(";", 2)[0];
        HttpResponse<String> there =
                browser.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                left.headers()
                                                        .firstValue("Location")
                                                        .orElseThrow()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        URI back = URI.create(there.headers().firstValue("Location").orElseThrow());
        return new Way(back.getRawPath() + "?" + back.getRawQuery(), cookie);
    }

    private HttpResponse<String> arrive() throws Exception {
        Way way = leave("/explore");
        return view.get(way.back(), "Cookie", way.cookie());
    }

    private static String session(HttpResponse<String> reply) {
        return ViewFixture.cookies(reply).stream()
                .filter(c -> c.startsWith("countersign_view="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }

    @Test
    void login_throughTheProvider_hasRoleAndScopeOfTheGroups() throws Exception {
        HttpResponse<String> reply = arrive();
        assertThat(reply.headers().firstValue("Location")).contains("/explore");
        String mara = session(reply);
        assertThat(view.get("/locks", "Cookie", mara).statusCode()).isEqualTo(200);
        assertThat(view.get("/act/revoke", "Cookie", mara).statusCode()).isEqualTo(403);

        provider.groups("dev");
        String scoped = session(arrive());
        assertThat(view.get("/explore", "Cookie", scoped).body()).contains("APP");
        assertThat(view.get("/locks", "Cookie", scoped).statusCode()).isEqualTo(403);

        provider.groups("oncall");
        assertThat(view.get("/act/revoke", "Cookie", session(arrive())).statusCode())
                .isEqualTo(409); // may act, but this view has no key
    }

    @Test
    void login_personWithoutAGroupOfOurs_isRefused() throws Exception {
        provider.groups("sales");

        HttpResponse<String> reply = arrive();

        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(reply.body()).contains("none of your groups");
    }

    @Test
    void callback_ofAnotherBrowserStateOrCode_isRefused() throws Exception {
        Way mine = leave("/");
        Way other = leave("/");

        assertThat(view.get(mine.back()).statusCode()).isEqualTo(403);
        assertThat(view.get(mine.back(), "Cookie", other.cookie()).statusCode()).isEqualTo(403);
        assertThat(
                        view.get(
                                        mine.back().replaceAll("code=[^&]+", "code=stolen"),
                                        "Cookie",
                                        mine.cookie())
                                .statusCode())
                .isEqualTo(403);
        assertThat(view.get(mine.back(), "Cookie", mine.cookie()).statusCode()).isEqualTo(303);
        assertThat(view.get(mine.back(), "Cookie", mine.cookie()).statusCode()).isEqualTo(403);
    }

    @Test
    void token_thatIsNotForThisLogin_isRefused() throws Exception {
        provider.change(claims -> claims.claim("nonce", "another"));
        assertThat(arrive().statusCode()).isEqualTo(403);
        provider.change(claims -> claims.audience("another-client"));
        assertThat(arrive().statusCode()).isEqualTo(403);
        provider.change(claims -> claims.issuer("http://evil.example"));
        assertThat(arrive().statusCode()).isEqualTo(403);
        provider.change(
                claims -> claims.expirationTime(Date.from(clock.instant().minusSeconds(60))));
        assertThat(arrive().statusCode()).isEqualTo(403);
        provider.change(claims -> claims.claim("azp", "another-client"));
        assertThat(arrive().statusCode()).isEqualTo(403);
    }

    @Test
    void token_signedWithAKeyThatIsNotPublished_isRefused() throws Exception {
        assertThat(arrive().statusCode()).isEqualTo(303);
        provider.signWithAnotherKey();
        assertThat(arrive().statusCode()).isEqualTo(403);
    }

    @Test
    void next_elsewhere_staysHere() throws Exception {
        Way way = leave("%2F%2Fevil.example");

        assertThat(view.get(way.back(), "Cookie", way.cookie()).headers().firstValue("Location"))
                .contains("/");
    }
}
