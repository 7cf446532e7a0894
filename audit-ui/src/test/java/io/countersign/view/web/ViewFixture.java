// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.users.PasswordHash;
import io.countersign.view.access.Activity;
import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.SavedViewsFile;
import io.countersign.view.access.Seal;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Users;
import io.countersign.view.access.UsersFile;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Reading;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A running view with people: {@code ann} is an administrator, {@code olga} may operate, {@code
 * vera} only looks, {@code tom} sees only account APP, {@code otto} operates for APP only, {@code
 * nina} must change her password first. All have the password {@value #PASSWORD}.
 */
public final class ViewFixture implements AutoCloseable {
    public static final String PASSWORD = "a-password-for-tests";
    static final SecureRandom RANDOM = new SecureRandom();
    private static final String HASH =
            PasswordHash.make(PASSWORD.getBytes(StandardCharsets.UTF_8), RANDOM).encoded();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ViewServer server;
    private final Seal seal;
    private final Sessions sessions;
    private final Users users;

    private ViewFixture(ViewServer server, Seal seal, Sessions sessions, Users users) {
        this.server = server;
        this.seal = seal;
        this.sessions = sessions;
        this.users = users;
    }

    /** What a view needs to start. */
    public record Setup(
            Path folder,
            AuditIndex index,
            Clock clock,
            Operations operations,
            Optional<OidcLogin> oidc,
            ViewServer.Settings settings,
            Optional<Users> people,
            Reading reading) {
        public static Setup of(Path folder, AuditIndex index, Clock clock) {
            return new Setup(
                    folder,
                    index,
                    clock,
                    Operations.NONE,
                    Optional.empty(),
                    ViewServer.Settings.plain(0),
                    Optional.empty(),
                    new Reading(clock));
        }

        public Setup with(Operations other) {
            return new Setup(folder, index, clock, other, oidc, settings, people, reading);
        }

        public Setup with(OidcLogin other) {
            return new Setup(
                    folder,
                    index,
                    clock,
                    operations,
                    Optional.of(other),
                    settings,
                    people,
                    reading);
        }

        public Setup with(ViewServer.Settings other) {
            return new Setup(folder, index, clock, operations, oidc, other, people, reading);
        }

        /** Other people than those of the file. */
        public Setup with(Users other) {
            return new Setup(
                    folder, index, clock, operations, oidc, settings, Optional.of(other), reading);
        }
    }

    private static Users file(Path people) throws IOException {
        Files.writeString(
                people,
                """
                ann:admin::%1$s
                olga:operate::%1$s
                vera:view::%1$s
                tom:view:APP:%1$s
                otto:operate:APP:%1$s
                nina:admin::%1$s:change
                """
                        .formatted(HASH));
        return UsersFile.open(people);
    }

    public static ViewFixture start(Setup setup) {
        try {
            Path people = setup.folder().resolve("viewers");
            Users users = setup.people().isPresent() ? setup.people().get() : file(people);
            Seal seal = new Seal(new byte[32], RANDOM);
            Sessions sessions = new Sessions(seal, users, setup.clock());
            ViewServer server =
                    ViewServer.start(
                            new ViewServer.Parts(
                                    setup.index(),
                                    setup.reading(),
                                    new Access(users, sessions, setup.oidc()),
                                    new Activity(
                                            setup.folder().resolve("activity.log"), setup.clock()),
                                    new SavedViewsFile(setup.folder().resolve("saved-views")),
                                    setup.operations(),
                                    setup.clock()),
                            setup.settings());
            return new ViewFixture(server, seal, sessions, users);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    ViewServer server() {
        return server;
    }

    /** The seal of a view with the same key: for forging what such a view would make. */
    Seal seal() {
        return seal;
    }

    Sessions sessions() {
        return sessions;
    }

    Users users() {
        return users;
    }

    /** With a slash at the end. */
    public String url() {
        return server.url();
    }

    /** The cookie of somebody who logged in so long ago: its name and its value. */
    public Map.Entry<String, String> sessionOf(String name, Duration ago) {
        Sessions then = new Sessions(seal, users, Clock.offset(Clock.systemUTC(), ago.negated()));
        return Map.entry("countersign_view", then.begin(users.find(name).orElseThrow().viewer()));
    }

    /** The pages, as the server knows them: what is not for scripts, and not a download. */
    public Set<String> pages() {
        return server.routes().stream()
                .filter(route -> route.method().equals(HttpMethod.GET))
                .map(Route::path)
                .filter(path -> !path.startsWith("/x/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A cookie of somebody who is logged in, without spending a password hash. */
    String cookieOf(String name) {
        return "countersign_view=" + sessions.begin(users.find(name).orElseThrow().viewer());
    }

    String csrfOf(String cookie) {
        return sessions.find(cookie.substring(cookie.indexOf('=') + 1)).orElseThrow().csrf();
    }

    HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        return send(request(path, headers).build());
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers)
            throws IOException, InterruptedException {
        String body =
                form.entrySet().stream()
                        .map(e ->
                                e.getKey()
                                        + "="
                                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return send(
                request(path, headers)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url()).resolve(path));
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static List<String> cookies(HttpResponse<String> reply) {
        return reply.headers().allValues("Set-Cookie");
    }

    static Optional<String> found(String text, String expression) {
        Matcher matcher = Pattern.compile(expression).matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    public void close() {
        server.close();
    }
}
