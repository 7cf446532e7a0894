// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.PlainLogin;
import io.countersign.nats.Received;
import io.countersign.nats.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a real login at each server and watches it on its way.
 *
 * @param events a callout connection that listens to {@link Examination#EVENTS}
 * @param lacksSentinel whether the client is an invented one without the user JWT that servers of
 *     operator mode may want
 */
record Trials(
        Doors doors,
        PlainLogin client,
        boolean lacksSentinel,
        Look<SystemView> system,
        Look<PlainConnection> events,
        Look<InstanceView> instances,
        Duration within) {
    private static final byte[] NOTHING = {};

    /** An event leaves the server right after the refusal, but on another connection. */
    private static final Duration EVENT = Duration.ofSeconds(1);

    Look<List<Trial>> make() {
        if (doors.urls().value().isEmpty()) {
            return Look.hidden(doors.urls().why());
        }
        List<Trial> trials = new ArrayList<>();
        Set<String> tried = new HashSet<>();
        for (String url : doors.urls().value().get()) {
            try (PlainConnection connection = doors.dial(url)) {
                if (tried.add(connection.serverId())) {
                    trials.add(trial(connection));
                }
            } catch (IOException e) {
                doors.missed(url, e);
            }
        }
        return trials.stream().allMatch(this::saysNothing)
                ? Look.hidden(
                        "servers without default_sentinel ask only about clients that bring a user JWT;"
                                + " give one with --creds")
                : Look.seen(trials);
    }

    /** That an invented client without a JWT is turned away at once. */
    private boolean saysNothing(Trial trial) {
        return lacksSentinel && trial.stop() == Trial.Stop.NOT_CALLED && !trial.tookLong();
    }

    private Trial trial(PlainConnection connection) throws IOException {
        String server = connection.serverId();
        long cid = connection.cid();
        Look<List<JsonNode>> before = instances.ask(InstanceView::stats);
        Verdict verdict = connection.login(client, Doors.NAME, within);
        Look<Optional<String>> event =
                verdict.isAdmitted() ? Look.hidden("the client was let in") : event(server, cid);
        Look<Counts> counts = counts(before);
        Look<String> account =
                verdict.isAdmitted()
                        ? whereabouts(connection, server, cid)
                        : Look.hidden("the client was not let in");
        return new Trial(connection.serverName(), verdict, event, counts, account);
    }

    private Look<Optional<String>> event(String server, long cid) {
        return events.ask(it -> it.await(m -> isAbout(m.json(), server, cid), EVENT))
                .map(event -> event.map(it -> it.json().path("reason").asText("")));
    }

    private static boolean isAbout(JsonNode event, String server, long cid) {
        return event.path("server").path("id").asText().equals(server)
                && event.path("client").path("id").asLong() == cid;
    }

    private Look<Counts> counts(Look<List<JsonNode>> before) {
        return before.value().isEmpty() || instances.value().isEmpty()
                ? Look.hidden(before.why())
                : instances.value().get().growth(before.value().get());
    }

    /** The system account knows; else the client may ask itself, if its permissions allow it. */
    private Look<String> whereabouts(PlainConnection connection, String server, long cid) {
        Look<Optional<String>> known = system.ask(it -> it.accountOf(server, cid));
        if (known.value().flatMap(it -> it).isPresent()) {
            return known.map(Optional::orElseThrow);
        }
        Look<List<Received>> own =
                Look.seen(connection)
                        .ask(it ->
                                it.ask("$SYS.REQ.USER.INFO", NOTHING, 1, SystemView.QUIET, within));
        return own.value().isPresent() && !own.value().get().isEmpty()
                ? own.map(it -> it.getFirst().json().path("data").path("account").asText("?"))
                : Look.hidden("no system credentials, and the client may not ask");
    }
}
