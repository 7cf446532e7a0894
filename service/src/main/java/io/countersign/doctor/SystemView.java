// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.identity.HostAddress;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.Received;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the system account shows (reference 7.1, 7.3). */
final class SystemView {
    /** After the first answer, others are not far. */
    static final Duration QUIET = Duration.ofMillis(400);

    private static final String PING = "$SYS.REQ.SERVER.PING.";
    private static final int MANY = 1000;

    /** With its user JWT each is about a kilobyte, and a message takes a megabyte. */
    private static final int CALLERS = 500;

    private static final Pattern KEY = Pattern.compile("U[A-Z2-7]{55}");

    private static final byte[] NOTHING = {};

    private final PlainConnection connection;
    private final Clock clock;
    private final Duration within;
    private int known = MANY;

    SystemView(PlainConnection connection, Clock clock, Duration within) {
        this.connection = connection;
        this.clock = clock;
        this.within = within;
    }

    /** Asked first: the other questions then know how many answers to wait for. */
    List<Server> servers() throws IOException {
        List<Server> servers = new ArrayList<>();
        Instant asked = clock.instant();
        for (JsonNode answer : ask("VARZ", object())) {
            JsonNode data = answer.path("data");
            servers.add(
                    new Server(
                            data.path("server_id").asText(),
                            data.path("server_name").asText(data.path("server_id").asText()),
                            data.path("version").asText(),
                            ahead(asked, data.path("now").asText()),
                            data.path("auth_timeout").asDouble(),
                            data.path("system_account").asText(""),
                            instant(data.path("config_load_time").asText())));
        }
        known = Math.max(1, servers.size());
        return servers;
    }

    /** The answer was written between the question and now: within that there is no difference. */
    private Duration ahead(Instant asked, String now) {
        Instant answered = clock.instant();
        return instant(now)
                .map(theirs -> {
                    if (theirs.isBefore(asked)) {
                        return Duration.between(asked, theirs);
                    }
                    return theirs.isAfter(answered)
                            ? Duration.between(answered, theirs)
                            : Duration.ZERO;
                })
                .orElse(Duration.ZERO);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    Set<String> accounts() throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode answer : ask("ACCOUNTZ", object())) {
            answer.path("data").path("accounts").forEach(name -> names.add(name.asText()));
        }
        return names;
    }

    /**
     * The account's JWT; empty if no server knows the account.
     *
     * @throws IOException also if it cannot be told, because the resolver takes no questions and
     *     the account is not in use
     */
    Optional<SignedAccount> account(String key) throws IOException {
        List<Received> found =
                connection.ask(
                        "$SYS.REQ.ACCOUNT." + key + ".CLAIMS.LOOKUP", NOTHING, 1, QUIET, within);
        if (!found.isEmpty()) {
            byte[] jwt = found.getFirst().payload();
            return jwt.length == 0 ? Optional.empty() : Optional.of(read(jwt));
        }
        for (JsonNode answer : ask("ACCOUNTZ", object().put("account", key))) {
            String jwt = answer.path("data").path("account_detail").path("jwt").asText("");
            if (!jwt.isEmpty()) {
                return Optional.of(read(jwt.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        throw new IOException("the servers' resolver does not tell");
    }

    /** The account's JWT on each server that has it in use, by the server's name. */
    Map<String, SignedAccount> versions(String key) throws IOException {
        Map<String, SignedAccount> found = new TreeMap<>();
        for (JsonNode answer : ask("ACCOUNTZ", object().put("account", key))) {
            String jwt = answer.path("data").path("account_detail").path("jwt").asText("");
            if (!jwt.isEmpty()) {
                found.put(
                        answer.path("server").path("name").asText(),
                        read(jwt.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        return found;
    }

    private static SignedAccount read(byte[] jwt) throws IOException {
        try {
            return new JwtReader(Ed25519.best()).readAccount(jwt);
        } catch (InvalidJwt e) {
            throw new IOException("JWT of an account: " + e.getMessage(), e);
        }
    }

    List<Subscriber> subscribers(String subject) throws IOException {
        ObjectNode options =
                object().put("subscriptions", true).put("test", subject).put("limit", 100_000);
        List<Subscriber> found = new ArrayList<>();
        for (JsonNode answer : ask("SUBSZ", options)) {
            String server = answer.path("server").path("name").asText();
            for (JsonNode each : answer.path("data").path("subscriptions_list")) {
                if (!each.path("subject").asText().isEmpty()) {
                    found.add(
                            new Subscriber(
                                    server,
                                    each.path("account").asText(),
                                    each.path("subject").asText(),
                                    each.path("qgroup").asText(""),
                                    each.path("cid").asLong()));
                }
            }
        }
        return found;
    }

    List<Resident> residents(String account) throws IOException {
        List<Resident> found = new ArrayList<>();
        for (JsonNode answer : ask("CONNZ", object().put("auth", true).put("acc", account))) {
            String server = answer.path("server").path("name").asText();
            for (JsonNode each : answer.path("data").path("connections")) {
                found.add(
                        new Resident(
                                server,
                                each.path("cid").asLong(),
                                each.path("name").asText(""),
                                each.path("authorized_user").asText("")));
            }
        }
        return found;
    }

    /**
     * Whoever is connected from an address by a name, in any account; of each server so many at
     * most. Keys do not count: one client may have another on each connection.
     */
    List<Caller> callers() throws IOException {
        List<Caller> found = new ArrayList<>();
        ObjectNode options = object().put("auth", true).put("limit", CALLERS);
        for (JsonNode answer : ask("CONNZ", options)) {
            for (JsonNode each : answer.path("data").path("connections")) {
                String name = each.path("authorized_user").asText("");
                HostAddress.parse(each.path("ip").asText(""))
                        .filter(_ -> !name.isEmpty() && !KEY.matcher(name).matches())
                        .ifPresent(address -> found.add(new Caller(address, name)));
            }
        }
        return found;
    }

    /** Where a connection is; empty if it is not there any more. */
    Optional<String> accountOf(String server, long cid) throws IOException {
        List<Received> answers =
                connection.ask(
                        "$SYS.REQ.SERVER." + server + ".CONNZ",
                        bytes(object().put("auth", true).put("cid", cid)),
                        1,
                        QUIET,
                        within);
        return answers.stream()
                .map(it -> it.json().path("data").path("connections").path(0).path("account"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .findFirst();
    }

    private List<JsonNode> ask(String what, ObjectNode options) throws IOException {
        return connection.ask(PING + what, bytes(options), known, QUIET, within).stream()
                .map(Received::json)
                .toList();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
