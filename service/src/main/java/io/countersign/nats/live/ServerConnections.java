// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live connections of all servers, as the servers list them over the system account (reference
 * 7.1): clients from CONNZ, page by page, and leaf nodes from LEAFZ. What a server shows of a user
 * that a callout let in is a name and an account; not the credential, and not who decided. One
 * thread.
 */
final class ServerConnections {
    private static final Logger log = LoggerFactory.getLogger(ServerConnections.class);

    /** Servers answer with no more at once. */
    static final int PAGE = 1024;

    /** After the first answer; a server that is there answers in milliseconds. */
    private static final Duration QUIET = Duration.ofMillis(500);

    /**
     * One connection.
     *
     * @param user name that the callout gave it; empty for leaf nodes
     * @param client MQTT client id, or empty
     * @param isCallouts true if a callout may have let it in
     */
    record Found(
            String server,
            String serverName,
            long cid,
            String account,
            String user,
            String address,
            String client,
            Instant started,
            boolean isCallouts) {}

    /**
     * What was found.
     *
     * @param servers that answered
     * @param silent that did not, by what the others say
     */
    record Listing(List<Found> found, int servers, int silent) {}

    private final Connection system;
    private final int page;

    ServerConnections(Connection system) {
        this(system, PAGE);
    }

    ServerConnections(Connection system, int page) {
        this.system = system;
        this.page = page;
    }

    /**
     * Lists.
     *
     * @param filter fields of CONNZ such as {@code user} and {@code acc}
     */
    Listing find(Map<String, String> filter, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        int known = activeServers(end);
        Map<String, Integer> totals = new HashMap<>();
        List<Found> found = new ArrayList<>();
        Consumer<JsonNode> clients =
                answer -> {
                    totals.put(answer.at("/server/id").asText(), answer.at("/data/total").asInt());
                    answer.at("/data/connections").forEach(each -> found.add(read(answer, each)));
                };
        gather("$SYS.REQ.SERVER.PING.CONNZ", question(filter, 0), known, end, clients);
        Set<String> servers = new HashSet<>(totals.keySet());
        for (String server : servers) {
            for (int offset = page; offset < totals.getOrDefault(server, 0); offset += page) {
                gather(
                        "$SYS.REQ.SERVER." + server + ".CONNZ",
                        question(filter, offset),
                        1,
                        end,
                        clients);
            }
        }
        if (!filter.containsKey("user") && !filter.containsKey("mqtt_client")) {
            gather(
                    "$SYS.REQ.SERVER.PING.LEAFZ",
                    new byte[0],
                    servers.size(),
                    end,
                    answer ->
                            answer.at("/data/leafs")
                                    .forEach(each -> found.add(read(answer, each))));
        }
        return new Listing(found, servers.size(), Math.max(0, Math.max(known, 1) - servers.size()));
    }

    private byte[] question(Map<String, String> filter, int offset) {
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        json.put("auth", true).put("limit", page).put("offset", offset);
        filter.forEach(json::put);
        return PeerTalk.bytes(json);
    }

    /** How many servers there are, by their own count. */
    private int activeServers(long end) throws InterruptedException {
        int[] most = {0};
        gather(
                "$SYS.REQ.SERVER.PING",
                new byte[0],
                1,
                end,
                answer ->
                        most[0] = Math.max(most[0], answer.at("/statsz/active_servers").asInt(1)));
        return most[0];
    }

    private void gather(
            String subject, byte[] question, int enough, long end, Consumer<JsonNode> each)
            throws InterruptedException {
        String inbox = system.createInbox();
        Subscription replies = system.subscribe(inbox);
        system.publish(subject, inbox, question);
        for (int answers = 0; answers < enough; answers++) {
            long left = end - System.nanoTime();
            long wait = answers == 0 ? left : Math.min(left, QUIET.toNanos());
            Message message = left <= 0 ? null : replies.nextMessage(Duration.ofNanos(wait));
            if (message == null || message.isStatusMessage()) {
                break;
            }
            try {
                each.accept(PeerTalk.JSON.readTree(message.getData()));
            } catch (IOException noJson) {
                log.debug("{}: an answer that is no JSON; it still came from a server", subject);
            }
        }
        replies.unsubscribe();
    }

    private static Found read(JsonNode answer, JsonNode one) {
        boolean isLeaf = !one.has("cid");
        return new Found(
                answer.at("/server/id").asText(),
                answer.at("/server/name").asText(),
                isLeaf ? one.path("id").asLong() : one.path("cid").asLong(),
                one.path("account").asText(""),
                one.path("authorized_user").asText(""),
                one.path("ip").asText(""),
                one.path("mqtt_client").asText(""),
                time(one.path("start").asText("")),
                isLeaf
                        ? !one.path("is_spoke").asBoolean() && one.path("id").asLong() != 0
                        : one.path("jwt").asText("").isEmpty()
                                && !one.path("issuer_key").asText("").isEmpty());
    }

    /** A leaf node has no start; it counts as new. */
    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }
}
