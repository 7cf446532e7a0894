// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Says "here" when somebody asks who writes the log of an instance of this name, and asks: two
 * processes under one name would each look like a half of the same instance. Thread-safe.
 */
public final class WriterPresence {
    private static final String SUBJECT = "countersign.writer.";
    private static final int MAX_SHOWN = 200;

    private final String instance;
    private final String self;

    /**
     * @param self names this process, and no other, to whoever asks; contains no secret
     */
    public WriterPresence(String instance, String self) {
        this.instance = instance;
        this.self = self;
    }

    String instance() {
        return instance;
    }

    /**
     * Begins to answer on a new connection. The process itself gets no answer, not even while it
     * has two connections because one replaces the other: a question says who asks.
     */
    public void subscribe(Connection connection) {
        Dispatcher dispatcher =
                connection.createDispatcher(question -> {
                    if (question.getReplyTo() != null
                            && !Arrays.equals(question.getData(), words())) {
                        connection.publish(question.getReplyTo(), words());
                    }
                });
        dispatcher.subscribe(SUBJECT + instance);
    }

    private byte[] words() {
        return self.getBytes(StandardCharsets.UTF_8);
    }

    /** Another process that writes under our name, in its own words. */
    Optional<String> ask(Connection connection, Duration limit) throws InterruptedException {
        CompletableFuture<Message> answer =
                connection.requestWithTimeout(SUBJECT + instance, words(), limit);
        try {
            Message message = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (message.isStatusMessage()) {
                return Optional.empty();
            }
            String who = new String(message.getData(), StandardCharsets.UTF_8);
            String shown = who.length() > MAX_SHOWN ? who.substring(0, MAX_SHOWN) : who;
            return Optional.of(shown.replaceAll("[^ -~]", "?"));
        } catch (CancellationException | ExecutionException | TimeoutException _) {
            return Optional.empty(); // nobody there: no responders, or a silent moment
        }
    }
}
