// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.NKey;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The account resolvers of all servers, asked over the system account (reference 7.5). For one
 * short job of a command: it connects once and does not come back after a break. One thread.
 */
public final class AccountResolvers implements AutoCloseable {
    private static final String NAME = "countersign-push";
    private static final int PAGE = 1024;
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxDocumentLength(4L << 20)
                                            .maxNestingDepth(50)
                                            .build())
                            .build());

    private final Connection connection;
    private final List<String> unreachable;
    private final Set<String> met;
    private final LongSupplier nanoTime;

    private AccountResolvers(
            Connection connection,
            List<String> unreachable,
            Set<String> met,
            LongSupplier nanoTime) {
        this.connection = connection;
        this.unreachable = List.copyOf(unreachable);
        this.met = Set.copyOf(met);
        this.nanoTime = nanoTime;
    }

    /**
     * One server.
     *
     * @param name that it has in its configuration
     * @param operatorJwts of the operators that it trusts; none if its accounts are in its
     *     configuration
     */
    public record Server(String id, String name, List<String> operatorJwts) {
        public Server {
            operatorJwts = List.copyOf(operatorJwts);
        }
    }

    /**
     * The servers that answered.
     *
     * @param known how many there ought to be: as many as they count themselves, where one that
     *     just died may be among them, and each that let us in a moment before
     */
    public record Servers(List<Server> present, int known) {
        public Servers {
            present = List.copyOf(present);
        }
    }

    /**
     * What one server said to a JWT.
     *
     * @param refusal its own description of why it did not take it
     */
    public record Answer(String server, Optional<String> refusal) {}

    /**
     * Tries every address, so that one behind which there is nobody can be named, and stays
     * connected to the first that lets us in.
     *
     * @param system logs in to the system account
     * @param nanoTime a monotonic clock
     * @throws IOException if none lets us in
     */
    public static AccountResolvers connect(NatsTarget system, LongSupplier nanoTime)
            throws IOException, InterruptedException {
        Optional<Connection> first = Optional.empty();
        List<String> unreachable = new ArrayList<>();
        Set<String> met = new HashSet<>();
        for (String url : system.servers()) {
            try {
                Connection fresh = SingleUse.connect(system, url, NAME);
                met.add(fresh.getServerInfo().getServerId());
                if (first.isEmpty()) {
                    first = Optional.of(fresh);
                } else {
                    fresh.close();
                }
            } catch (IOException e) {
                unreachable.add(url + ": not reachable: " + e.getMessage());
            }
        }
        return new AccountResolvers(
                first.orElseThrow(() -> new IOException(String.join("\n", unreachable))),
                unreachable,
                met,
                nanoTime);
    }

    /** Addresses that did not let us in, with the reason. */
    public List<String> unreachable() {
        return unreachable;
    }

    /**
     * Asks who is there and whom they trust.
     *
     * @throws IOException if nobody answers: then the login is none to the system account
     */
    public Servers servers(Duration within) throws IOException, InterruptedException {
        List<JsonNode> statistics = new ArrayList<>();
        collect(
                "$SYS.REQ.SERVER.PING",
                new byte[0],
                within,
                message -> {
                    statistics.add(json(message));
                    return statistics.size() >= known(statistics);
                });
        if (statistics.isEmpty()) {
            throw new IOException(
                    connection.getConnectedUrl()
                            + ": no server answers in this account (expected: a login to the system account)");
        }
        Map<String, List<String>> operators = operators(statistics.size(), within);
        List<Server> present = new ArrayList<>();
        for (JsonNode one : statistics) {
            String id = id(one);
            present.add(new Server(id, name(one), operators.getOrDefault(id, List.of())));
        }
        return new Servers(present, Math.max(known(statistics), everybody(present)));
    }

    /** One that ended between our login there and the question was counted by nobody any more. */
    private int everybody(List<Server> present) {
        Set<String> ids = new HashSet<>(met);
        present.forEach(server -> ids.add(server.id()));
        return ids.size();
    }

    private static int known(List<JsonNode> statistics) {
        return statistics.stream()
                .mapToInt(one -> one.at("/statsz/active_servers").asInt(1))
                .reduce(statistics.size(), Math::max);
    }

    private Map<String, List<String>> operators(int servers, Duration within)
            throws InterruptedException {
        Map<String, List<String>> operators = new LinkedHashMap<>();
        collect(
                "$SYS.REQ.SERVER.PING.VARZ",
                new byte[0],
                within,
                message -> {
                    JsonNode answer = json(message);
                    List<String> jwts = new ArrayList<>();
                    answer.at("/data/trusted_operators_jwt").forEach(jwt -> jwts.add(jwt.asText()));
                    operators.put(id(answer), jwts);
                    return operators.size() >= servers;
                });
        return operators;
    }

    /** What that many servers have of an account, each version once. */
    public List<byte[]> lookup(NKey account, int servers, Duration within)
            throws InterruptedException {
        List<byte[]> found = new ArrayList<>();
        int[] answers = {0};
        collect(
                "$SYS.REQ.ACCOUNT." + account.text() + ".CLAIMS.LOOKUP",
                new byte[0],
                within,
                message -> {
                    byte[] jwt = message.getData();
                    if (jwt.length > 0 && found.stream().noneMatch(it -> Arrays.equals(it, jwt))) {
                        found.add(jwt);
                    }
                    return ++answers[0] >= servers;
                });
        return found;
    }

    /**
     * What servers work with, by the name of the server; one that does not work with the account is
     * left out.
     */
    public Map<String, byte[]> loaded(NKey account, int servers, Duration within)
            throws InterruptedException {
        Map<String, byte[]> loaded = new LinkedHashMap<>();
        int[] answers = {0};
        byte[] question =
                JSON.createObjectNode()
                        .put("account", account.text())
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        collect(
                "$SYS.REQ.SERVER.PING.ACCOUNTZ",
                question,
                within,
                message -> {
                    JsonNode answer = json(message);
                    String jwt = answer.at("/data/account_detail/jwt").asText("");
                    if (!jwt.isEmpty()) {
                        loaded.put(name(answer), jwt.getBytes(StandardCharsets.US_ASCII));
                    }
                    return ++answers[0] >= servers;
                });
        return loaded;
    }

    /**
     * Live connections of an account whose users one key signed.
     *
     * @param server name
     * @param sample what one of them calls itself
     */
    public record Signed(String server, String key, int connections, String sample) {}

    /**
     * How many connections of an account each server has, by the key that signed their users.
     *
     * @throws IOException if a server that was there did not answer: then nobody knows
     */
    public List<Signed> signed(NKey account, Servers servers, Duration within)
            throws IOException, InterruptedException {
        List<Signed> all = new ArrayList<>();
        for (Server server : servers.present()) {
            Map<String, Integer> counts = new LinkedHashMap<>();
            Map<String, String> samples = new LinkedHashMap<>();
            int[] total = {1};
            for (int offset = 0; offset < total[0]; offset += PAGE) {
                page(server, account, offset, within, counts, samples, total);
            }
            counts.forEach((key, count) ->
                    all.add(new Signed(server.name(), key, count, samples.getOrDefault(key, ""))));
        }
        return all;
    }

    private void page(
            Server server,
            NKey account,
            int offset,
            Duration within,
            Map<String, Integer> counts,
            Map<String, String> samples,
            int[] total)
            throws IOException, InterruptedException {
        byte[] question =
                JSON.createObjectNode()
                        .put("auth", true)
                        .put("acc", account.text())
                        .put("limit", PAGE)
                        .put("offset", offset)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        List<JsonNode> answers = new ArrayList<>();
        collect(
                "$SYS.REQ.SERVER." + server.id() + ".CONNZ",
                question,
                within,
                message -> answers.add(json(message)));
        if (answers.isEmpty()) {
            throw new IOException(server.name() + ": did not list its connections");
        }
        JsonNode data = answers.getFirst().path("data");
        total[0] = data.path("total").asInt();
        for (JsonNode each : data.path("connections")) {
            String key = each.path("issuer_key").asText("");
            counts.merge(key, 1, Integer::sum);
            samples.putIfAbsent(key, each.path("name").asText(""));
        }
    }

    /** Publishes the JWT and collects what that many servers say. */
    public List<Answer> push(byte[] accountJwt, int servers, Duration within)
            throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        collect(
                "$SYS.REQ.CLAIMS.UPDATE",
                accountJwt,
                within,
                message -> {
                    answers.add(answer(json(message)));
                    return answers.size() >= servers;
                });
        return answers;
    }

    /** Whatever is not a plain "updated" counts as a refusal. */
    private static Answer answer(JsonNode json) {
        JsonNode error = json.path("error");
        if (error.isMissingNode() && json.at("/data/code").asInt() == 200) {
            return new Answer(id(json), Optional.empty());
        }
        String why = error.path("description").asText(json.at("/data/message").asText());
        return new Answer(id(json), Optional.of(why.isEmpty() ? "no reason given" : why));
    }

    /** Asks all servers until the time is over, nobody is there, or it is enough. */
    private void collect(
            String subject, byte[] question, Duration within, Predicate<Message> enough)
            throws InterruptedException {
        long end = nanoTime.getAsLong() + within.toNanos();
        String inbox = connection.createInbox();
        Subscription replies = connection.subscribe(inbox);
        connection.publish(subject, inbox, question);
        while (true) {
            long remaining = end - nanoTime.getAsLong();
            if (remaining <= 0) {
                break;
            }
            Message message = replies.nextMessage(Duration.ofNanos(remaining));
            // A status is "no responders".
            if (message == null || message.isStatusMessage() || enough.test(message)) {
                break;
            }
        }
        replies.unsubscribe();
    }

    private static String id(JsonNode answer) {
        return answer.at("/server/id").asText();
    }

    private static String name(JsonNode answer) {
        return answer.at("/server/name").asText(id(answer));
    }

    /** What is no JSON counts as an answer without content: it still came from a server. */
    private static JsonNode json(Message message) {
        try {
            return JSON.readTree(new String(message.getData(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
