// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.config.Mode;
import io.countersign.config.ServiceConfig;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.PlainLogin;
import io.countersign.nats.Received;
import io.countersign.nats.Verdict;
import io.countersign.protocol.SignedAccount;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Looks at everything once, from the servers' doors to a real login, and goes on where something
 * cannot be seen. One thread, one run.
 */
final class Examination implements AutoCloseable {
    static final String SUBJECT = "$SYS.REQ.USER.AUTH";
    static final String EVENTS = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";
    private static final String NAME = "countersign doctor";
    private static final byte[] NOTHING = {};

    /** An event leaves the server right after the refusal, but on another connection. */
    private static final Duration EVENT = Duration.ofSeconds(1);

    /** Instances count a question after they have answered it. */
    private static final int LOOKS_AT_COUNTERS = 4;

    /**
     * What it works with.
     *
     * @param within how long a step may take
     */
    record Tools(Optional<SSLContext> tls, Clock clock, Duration within) {}

    /** Logins of ours. */
    record Logins(OwnLogin callout, Optional<OwnLogin> operations, Optional<OwnLogin> system) {}

    private final ServiceConfig config;
    private final OwnKeys keys;
    private final Logins logins;
    private final PlainLogin client;
    private final ClientSeen clientSeen;
    private final Tools tools;
    private final Map<String, Look<String>> reached = new LinkedHashMap<>();
    private final List<String> urls = new ArrayList<>();
    private final List<PlainConnection> open = new ArrayList<>();
    private int known = Integer.MAX_VALUE;

    Examination(
            ServiceConfig config,
            OwnKeys keys,
            Logins logins,
            PlainLogin client,
            ClientSeen clientSeen,
            Tools tools) {
        this.config = config;
        this.keys = keys;
        this.logins = logins;
        this.client = client;
        this.clientSeen = clientSeen;
        this.tools = tools;
    }

    /** A connection of ours: what became of its login, and itself if it is in. */
    private record Door(Look<Verdict> verdict, Look<PlainConnection> connection) {}

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    Evidence look() {
        Instant now = tools.clock().instant();
        config.nats().servers().forEach(this::reach);
        Look<SystemView> system =
                door(logins.system(), "nats.system is not configured")
                        .connection()
                        .map(it -> new SystemView(it, tools.clock(), tools.within()));
        Look<List<Server>> servers = ask(system, SystemView::servers);
        Look<PlainConnection> operations =
                door(logins.operations(), "nats.operations is not configured").connection();
        Door callout = door(Optional.of(logins.callout()), "");
        Look<PlainConnection> events = listening(callout.connection());
        Look<PlainConnection> discovery =
                operations.value().isPresent() ? operations : callout.connection();
        Look<List<JsonNode>> instances = attempt(discovery, it -> service(it, "INFO"));
        // From now on it is clear how many answers to wait for.
        known = instances.value().map(List::size).filter(it -> it > 0).orElse(known);
        Look<String> account = calloutAccount();
        return new Evidence(
                config,
                keys,
                now,
                reached,
                logins.callout(),
                callout.verdict(),
                servers,
                operator(system).value().isPresent()
                        ? calloutJwt(system, account)
                        : Look.hidden(operator(system).why()),
                targets(operator(system)),
                ask(system, SystemView::accounts),
                ask(system, it -> it.subscribers(SUBJECT)),
                account.value().isPresent()
                        ? ask(system, it -> it.residents(account.value().get()))
                        : Look.hidden(account.why()),
                instances.map(it -> it.stream().map(Examination::instance).toList()),
                clientSeen,
                trials(system, events, discovery));
    }

    private void reach(String url) {
        try (PlainConnection connection = PlainConnection.dial(url, tools.tls(), tools.within())) {
            String version = connection.info().path("version").asText("?");
            reached.put(url, Look.seen(connection.serverName() + ", nats-server " + version));
            urls.add(url);
        } catch (IOException e) {
            reached.put(url, Look.hidden(String.valueOf(e.getMessage())));
        }
    }

    private Door door(Optional<OwnLogin> login, String absent) {
        if (login.isEmpty()) {
            return new Door(Look.hidden(absent), Look.hidden(absent));
        }
        if (urls.isEmpty()) {
            return new Door(
                    Look.hidden("no server was reached"), Look.hidden("no server was reached"));
        }
        try {
            PlainConnection connection =
                    PlainConnection.dial(urls.getFirst(), tools.tls(), tools.within());
            open.add(connection);
            Verdict verdict = connection.login(login.get().login(), NAME, tools.within());
            Look<PlainConnection> inside =
                    verdict.isAdmitted()
                            ? Look.seen(connection)
                            : Look.hidden(
                                    "the login with %s failed".formatted(login.get().source()));
            return new Door(Look.seen(verdict), inside);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return new Door(Look.hidden(why), Look.hidden(why));
        }
    }

    private Look<PlainConnection> listening(Look<PlainConnection> callout) {
        return attempt(
                callout,
                it -> {
                    it.subscribe(EVENTS, tools.within());
                    return it;
                });
    }

    private <T> Look<T> ask(Look<SystemView> system, SystemQuestion<T> question) {
        return system.value().isPresent()
                ? guarded(() -> question.ask(system.value().get()))
                : Look.hidden(system.why());
    }

    @FunctionalInterface
    private interface SystemQuestion<T> {
        T ask(SystemView view) throws IOException;
    }

    @FunctionalInterface
    private interface ConnectionQuestion<T> {
        T ask(PlainConnection connection) throws IOException;
    }

    private static <T> Look<T> attempt(Look<PlainConnection> at, ConnectionQuestion<T> question) {
        return at.value().isPresent()
                ? guarded(() -> question.ask(at.value().get()))
                : Look.hidden(at.why());
    }

    private static <T> Look<T> guarded(Question<T> question) {
        try {
            return Look.seen(question.ask());
        } catch (IOException e) {
            return Look.hidden(String.valueOf(e.getMessage()));
        }
    }

    private Look<String> calloutAccount() {
        return switch (config.mode()) {
            case Mode.Operator operator -> Look.seen(operator.calloutAccount());
            case Mode.Static fixed ->
                    fixed.calloutAccount()
                            .map(Look::seen)
                            .orElseGet(() -> Look.hidden("keys.callout-account is not configured"));
        };
    }

    private Look<SystemView> operator(Look<SystemView> system) {
        return config.mode() instanceof Mode.Operator
                ? system
                : Look.hidden("accounts are no JWTs in static mode");
    }

    private Look<SignedAccount> calloutJwt(Look<SystemView> system, Look<String> account) {
        Look<Optional<SignedAccount>> jwt =
                ask(system, it -> it.account(account.value().orElseThrow()));
        return switch (jwt) {
            case Look.Seen<Optional<SignedAccount>>(Optional<SignedAccount> found) ->
                    found.map(Look::seen)
                            .orElseGet(() -> Look.hidden("no server knows the callout account"));
            case Look.Hidden<Optional<SignedAccount>>(String why) -> Look.hidden(why);
        };
    }

    private Look<Map<String, Optional<SignedAccount>>> targets(Look<SystemView> system) {
        return ask(
                system,
                view -> {
                    Map<String, Optional<SignedAccount>> found = new LinkedHashMap<>();
                    if (config.mode() instanceof Mode.Operator operator) {
                        for (var each : operator.accounts().entrySet()) {
                            // What cannot be told is left out: it is not missing.
                            guarded(() -> view.account(each.getValue().id()))
                                    .value()
                                    .ifPresent(it -> found.put(each.getKey(), it));
                        }
                    }
                    return found;
                });
    }

    private List<JsonNode> service(PlainConnection connection, String verb) throws IOException {
        return connection
                .ask(
                        "$SRV." + verb + ".countersign",
                        NOTHING,
                        known,
                        SystemView.QUIET,
                        Duration.ofSeconds(1))
                .stream()
                .map(Received::json)
                .toList();
    }

    private static InstanceSeen instance(JsonNode info) {
        JsonNode metadata = info.path("metadata");
        return new InstanceSeen(
                metadata.path("instance").asText(info.path("id").asText()),
                metadata.path("cluster").asText(""),
                info.path("version").asText(""),
                info.path("endpoints").path(0).path("queue_group").asText(""));
    }

    private Look<List<Trial>> trials(
            Look<SystemView> system,
            Look<PlainConnection> events,
            Look<PlainConnection> discovery) {
        if (urls.isEmpty()) {
            return Look.hidden("no server was reached");
        }
        List<Trial> trials = new ArrayList<>();
        Set<String> tried = new HashSet<>();
        for (String url : urls) {
            try (PlainConnection connection =
                    PlainConnection.dial(url, tools.tls(), tools.within())) {
                if (tried.add(connection.serverId())) {
                    trials.add(trial(connection, system, events, discovery));
                }
            } catch (IOException e) {
                reached.put(url, Look.hidden(String.valueOf(e.getMessage())));
            }
        }
        return trials.stream().allMatch(this::lacksSentinel)
                ? Look.hidden(
                        "servers without default_sentinel ask only about clients that bring a user JWT;"
                                + " give one with --creds")
                : Look.seen(trials);
    }

    /** That an invented client without a JWT is turned away at once says nothing. */
    private boolean lacksSentinel(Trial trial) {
        return config.mode() instanceof Mode.Operator
                && clientSeen.invented()
                && clientSeen.jwt().isEmpty()
                && trial.stop() == Trial.Stop.NOT_CALLED
                && !trial.tookLong();
    }

    private Trial trial(
            PlainConnection connection,
            Look<SystemView> system,
            Look<PlainConnection> events,
            Look<PlainConnection> discovery)
            throws IOException {
        String server = connection.serverId();
        long cid = connection.cid();
        Look<List<JsonNode>> before = attempt(discovery, it -> service(it, "STATS"));
        Verdict verdict = connection.login(client, NAME, tools.within());
        Look<Optional<String>> event =
                verdict.isAdmitted()
                        ? Look.hidden("the client was let in")
                        : event(events, server, cid);
        Look<Counts> counts = counts(before, discovery);
        Look<String> account =
                verdict.isAdmitted()
                        ? whereabouts(connection, system, server, cid)
                        : Look.hidden("the client was not let in");
        return new Trial(connection.serverName(), verdict, event, counts, account);
    }

    private Look<Optional<String>> event(Look<PlainConnection> events, String server, long cid) {
        return attempt(events, it -> it.await(m -> isAbout(m.json(), server, cid), EVENT))
                .map(event -> event.map(it -> it.json().path("reason").asText("")));
    }

    private static boolean isAbout(JsonNode event, String server, long cid) {
        return event.path("server").path("id").asText().equals(server)
                && event.path("client").path("id").asLong() == cid;
    }

    private Look<Counts> counts(Look<List<JsonNode>> before, Look<PlainConnection> discovery) {
        if (before.value().isEmpty()) {
            return Look.hidden(before.why());
        }
        if (before.value().get().isEmpty()) {
            return Look.hidden("no instance tells of itself");
        }
        Look<Counts> growth = Look.hidden("");
        for (int i = 0; i < LOOKS_AT_COUNTERS; i++) {
            growth =
                    attempt(discovery, it -> service(it, "STATS"))
                            .map(after -> Counts.growth(before.value().get(), after));
            if (growth.value().map(it -> it.requests() > 0).orElse(true)) {
                return growth;
            }
        }
        return growth;
    }

    /** The system account knows; else the client may ask itself, if its permissions allow it. */
    private Look<String> whereabouts(
            PlainConnection connection, Look<SystemView> system, String server, long cid) {
        Look<Optional<String>> known = ask(system, it -> it.accountOf(server, cid));
        if (known.value().flatMap(it -> it).isPresent()) {
            return known.map(Optional::orElseThrow);
        }
        Look<List<Received>> own =
                guarded(() ->
                        connection.ask(
                                "$SYS.REQ.USER.INFO",
                                NOTHING,
                                1,
                                SystemView.QUIET,
                                tools.within()));
        return own.value().isPresent() && !own.value().get().isEmpty()
                ? own.map(it -> it.getFirst().json().path("data").path("account").asText("?"))
                : Look.hidden("no system credentials, and the client may not ask");
    }

    @Override
    public void close() {
        open.forEach(PlainConnection::close);
    }
}
