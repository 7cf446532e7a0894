// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to all other instances at once, over the callout account: JSON, sealed with the cluster
 * secret. Unknown fields are ignored, so that builds of different versions understand one another.
 * Thread-safe.
 */
public final class PeerTalk {
    private static final Logger log = LoggerFactory.getLogger(PeerTalk.class);

    /** Questions go to this and the verb. */
    static final String SUBJECT = "countersign.peer.ask.";

    static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxDocumentLength(4L << 20)
                                            .maxNestingDepth(10)
                                            .build())
                            .build());

    private static final String FROM = "from";

    private final String instance;
    private final PeerSeal seal;
    private final BiFunction<String, JsonNode, JsonNode> answering;

    /** Where others are asked: the last connection that was set up. */
    private volatile @Nullable Connection current;

    /** {@code answering}: from verb and question to our answer; may block. */
    PeerTalk(String instance, PeerSeal seal, BiFunction<String, JsonNode, JsonNode> answering) {
        this.instance = instance;
        this.seal = seal;
        this.answering = answering;
    }

    /** Answers on this connection. */
    void subscribe(Connection connection) {
        current = connection;
        connection
                .createDispatcher()
                .subscribe(
                        SUBJECT + "*",
                        // Ending many connections takes seconds; the next question must not wait.
                        message -> Thread.startVirtualThread(() -> answer(connection, message)));
    }

    private void answer(Connection connection, Message message) {
        String to = message.getReplyTo();
        String subject = message.getSubject();
        Optional<byte[]> body =
                to == null ? Optional.empty() : seal.open(subject, message.getData());
        if (body.isEmpty()) {
            log.warn("a question on {} is of no instance of ours; not answered", subject);
            return;
        }
        try {
            JsonNode asked = JSON.readTree(body.get());
            if (asked.path(FROM).asText().equals(instance)) {
                return; // by a connection that ours is just replacing
            }
            JsonNode answer = answering.apply(subject.substring(SUBJECT.length()), asked);
            connection.publish(to, seal.answer(message.getData(), JSON.writeValueAsBytes(answer)));
        } catch (IOException | RuntimeException e) {
            log.error("a question of another instance on {}", subject, e);
        }
    }

    /**
     * Asks and gathers.
     *
     * @param others how many answers there could be: with that many it returns at once
     */
    List<JsonNode> ask(String verb, ObjectNode question, int others, Duration limit) {
        Connection connection = current;
        List<JsonNode> answers = new ArrayList<>();
        if (connection == null || others == 0) {
            return answers;
        }
        long end = System.nanoTime() + limit.toNanos();
        try {
            String subject = SUBJECT + verb;
            JsonNode signed = question.deepCopy().put(FROM, instance);
            byte[] sealed = seal.question(subject, JSON.writeValueAsBytes(signed));
            String inbox = connection.createInbox();
            Subscription replies = connection.subscribe(inbox);
            connection.publish(subject, inbox, sealed);
            while (answers.size() < others) {
                long left = end - System.nanoTime();
                Message message = left <= 0 ? null : replies.nextMessage(Duration.ofNanos(left));
                if (message == null || message.isStatusMessage()) {
                    break;
                }
                Optional<byte[]> body = seal.opened(sealed, message.getData());
                if (body.isPresent()) {
                    answers.add(JSON.readTree(body.get()));
                }
            }
            replies.unsubscribe();
        } catch (IllegalStateException | IOException e) {
            log.warn("other instances could not be asked: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answers;
    }

    static byte[] bytes(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
