// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for responders that take the same questions as we do in another queue group. Every question
 * then goes to both groups, the first answer wins, and a refusal by one overrules the other's yes
 * (reference 8): a mistake that shows in no single login. Asked with {@code $SRV.INFO} in the
 * operations account whenever the connection to it is new; of two that start at once, at least the
 * second to subscribe sees the first. Thread-safe.
 */
final class QueueGroupCheck {
    private static final Logger log = LoggerFactory.getLogger(QueueGroupCheck.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Everybody answers at once; who is slower than this is found by the next that starts. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String own;
    private final Map<String, String> others = new ConcurrentHashMap<>();

    /**
     * Has asked nobody yet.
     *
     * @param own our queue group
     */
    QueueGroupCheck(String own) {
        this.own = own;
    }

    /** Asks on this connection, on a thread of its own. */
    void start(Connection connection) {
        Thread.ofVirtual().name("queue-group-check").start(() -> ask(connection));
    }

    /** Queue groups other than ours that were found, by the id of the service that has it. */
    Map<String, String> others() {
        return new TreeMap<>(others);
    }

    private void ask(Connection connection) {
        try {
            String inbox = connection.createInbox();
            Subscription answers = connection.subscribe(inbox);
            connection.publish("$SRV.INFO", inbox, new byte[0]);
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (long left = PATIENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
                Message answer = answers.nextMessage(Duration.ofNanos(left));
                if (answer != null) {
                    heard(answer.getData());
                }
            }
            answers.unsubscribe();
        } catch (IllegalStateException e) {
            log.debug("not asked for other queue groups: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes one answer to {@code $SRV.INFO}; anything else is nobody's queue group. */
    void heard(byte[] info) {
        try {
            JsonNode service = JSON.readTree(info);
            for (JsonNode endpoint : service.path("endpoints")) {
                String group = endpoint.path("queue_group").asText("");
                if (endpoint.path("subject").asText("").equals(Responder.SUBJECT)
                        && !group.equals(own)) {
                    report(service, group);
                }
            }
        } catch (IOException e) {
            log.debug("no answer to $SRV.INFO: {}", e.getMessage());
        }
    }

    private void report(JsonNode service, String group) {
        String id = service.path("id").asText("");
        if (others.put(id, group) == null) {
            log.error(
                    "nats.queue-group: {} here, but {} at {} {} (expected: one group for all;"
                            + " every login is now decided twice and the first answer wins)",
                    own,
                    group.isEmpty() ? "none" : group,
                    service.path("name").asText("a service"),
                    service.path("metadata").path("instance").asText(id));
        }
    }
}
