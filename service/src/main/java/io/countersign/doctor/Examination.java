// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Mode;
import io.countersign.config.ServiceConfig;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.PlainLogin;
import io.countersign.nats.Received;
import io.countersign.protocol.SignedAccount;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Looks at everything once, from the servers' doors to a real login, and goes on where something
 * cannot be seen. One thread, one run.
 */
final class Examination implements AutoCloseable {
    static final String SUBJECT = "$SYS.REQ.USER.AUTH";
    static final String EVENTS = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";
    private static final byte[] NOTHING = {};

    /** Below where servers wait for answers; nobody waits there. */
    private static final String ANSWER = "$SYS._INBOX.countersign.doctor";

    private static final int JETSTREAM_OFF = 10039;
    private static final Duration JETSTREAM = Duration.ofSeconds(2);

    /**
     * What it works with.
     *
     * @param within how long a step may take
     * @param online false if no server is to be looked at
     */
    record Tools(Optional<SSLContext> tls, Clock clock, Duration within, boolean online) {}

    private final ServiceConfig config;
    private final FilesSeen files;
    private final OwnKeys keys;
    private final OwnLogins logins;
    private final PlainLogin client;
    private final ClientSeen clientSeen;
    private final Tools tools;
    private final Doors doors;

    Examination(
            ServiceConfig config,
            FilesSeen files,
            OwnKeys keys,
            OwnLogins logins,
            PlainLogin client,
            ClientSeen clientSeen,
            Tools tools) {
        this.config = config;
        this.files = files;
        this.keys = keys;
        this.logins = logins;
        this.client = client;
        this.clientSeen = clientSeen;
        this.tools = tools;
        this.doors = new Doors(tools.tls(), tools.within());
    }

    Evidence look() {
        Instant now = tools.clock().instant();
        if (tools.online()) {
            config.nats().servers().forEach(doors::reach);
        }
        Doors.Door systemDoor = doors.enter(logins.system(), "nats.system is not configured");
        Look<SystemView> system =
                systemDoor
                        .connection()
                        .map(it -> new SystemView(it, tools.clock(), tools.within()));
        Look<List<Server>> servers = system.ask(SystemView::servers);
        Doors.Door operations =
                doors.enter(logins.operations(), "nats.operations is not configured");
        Doors.Door callout = doors.enter(Optional.of(logins.callout()), "");
        Look<PlainConnection> events = callout.connection().ask(this::listening);
        Look<InstanceView> instances =
                (operations.connection().value().isPresent() ? operations : callout)
                        .connection()
                        .map(InstanceView::new);
        Look<List<InstanceSeen>> told = instances.ask(InstanceView::instances);
        DoorsSeen seen =
                new DoorsSeen(
                        callout.verdict(),
                        operations.verdict(),
                        systemDoor.verdict(),
                        callout.connection().ask(this::mayAnswer),
                        operations.connection().ask(this::hasJetStream));
        Look<String> account = calloutAccount();
        Look<SystemView> accounts = operator(system);
        Trials trials =
                new Trials(
                        doors,
                        client,
                        config.mode() instanceof Mode.Operator
                                && clientSeen.invented()
                                && clientSeen.jwt().isEmpty(),
                        system,
                        events,
                        instances,
                        tools.within());
        return new Evidence(
                config,
                files,
                keys,
                now,
                logins,
                seen,
                servers,
                calloutJwt(accounts, account),
                accounts.ask(it -> it.versions(account.value().orElseThrow())),
                targets(accounts),
                system.ask(SystemView::accounts),
                system.ask(it -> it.subscribers(SUBJECT)),
                account.value().isPresent()
                        ? system.ask(it -> it.residents(account.value().get()))
                        : Look.hidden(account.why()),
                system.ask(SystemView::callers),
                told,
                clientSeen,
                trials.make(),
                doors.reached());
    }

    private PlainConnection listening(PlainConnection callout) throws IOException {
        callout.subscribe(EVENTS, tools.within());
        return callout;
    }

    /** By doing it: the server says at once if it may not. */
    private boolean mayAnswer(PlainConnection callout) throws IOException {
        return callout.publish(ANSWER, NOTHING, tools.within());
    }

    private boolean hasJetStream(PlainConnection operations) throws IOException {
        Received answer =
                operations
                        .request("$JS.API.INFO", NOTHING, JETSTREAM)
                        .orElseThrow(() -> new IOException("JetStream does not answer"));
        return !answer.isNobody()
                && answer.json().path("error").path("err_code").asInt() != JETSTREAM_OFF;
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

    /** Without servers, what their files say. */
    private Look<SignedAccount> calloutJwt(Look<SystemView> system, Look<String> account) {
        String key = account.value().orElse("");
        if (!tools.online()) {
            return files.account(key)
                    .map(Look::seen)
                    .orElseGet(() -> Look.hidden("no server's file has it"));
        }
        return switch (system.ask(it -> it.account(key))) {
            case Look.Seen<Optional<SignedAccount>>(Optional<SignedAccount> found) ->
                    found.map(Look::seen)
                            .orElseGet(() -> Look.hidden("no server knows the callout account"));
            case Look.Hidden<Optional<SignedAccount>>(String why) -> Look.hidden(why);
        };
    }

    private Look<Map<String, Optional<SignedAccount>>> targets(Look<SystemView> system) {
        Map<String, Optional<SignedAccount>> found = new LinkedHashMap<>();
        if (!(config.mode() instanceof Mode.Operator operator)) {
            return Look.hidden(system.why());
        }
        if (!tools.online()) {
            operator.accounts()
                    .forEach((name, account) ->
                            files.account(account.id())
                                    .ifPresent(it -> found.put(name, Optional.of(it))));
            return Look.seen(found);
        }
        return system.map(view -> {
            // What cannot be told is left out: it is not missing.
            operator.accounts()
                    .forEach((name, account) ->
                            Look.seen(view)
                                    .ask(it -> it.account(account.id()))
                                    .value()
                                    .ifPresent(it -> found.put(name, it)));
            return found;
        });
    }

    @Override
    public void close() {
        doors.close();
    }
}
