// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.XKeyBox;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Takes the service's place in a deployment with sealed requests and answers whatever a test wants:
 * nothing at first. Thread-safe.
 */
public final class StandIn implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Connection callout;
    private final DeploymentKeys keys;
    private final XKeyBox box;
    private final Dispatcher dispatcher;
    private final List<Question> asked = new CopyOnWriteArrayList<>();
    private volatile Optional<Function<CalloutForge, byte[]>> answers = Optional.empty();

    /**
     * A question out of its box.
     *
     * @param server the xkey that the header names
     */
    public record Question(byte[] jwt, NKey server) {}

    /**
     * Takes questions as soon as this returns: the server has confirmed it.
     *
     * @param callout a connection with the service's own login
     */
    public StandIn(Connection callout, DeploymentKeys keys) {
        this.callout = callout;
        this.keys = keys;
        this.box = keys.xkey();
        dispatcher = callout.createDispatcher();
        dispatcher.subscribe("$SYS.REQ.USER.AUTH", "countersign", this::asked);
        flush();
    }

    private void flush() {
        try {
            callout.flush(PATIENCE);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the server does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Answers like this from now on. */
    public void answers(Function<CalloutForge, byte[]> answer) {
        answers = Optional.of(answer);
    }

    /** Answers nothing from now on. */
    public void keepsSilent() {
        answers = Optional.empty();
    }

    /** A good yes to everybody. */
    public static byte[] yes(CalloutForge forge) {
        return forge.signed(forge.answer(forge.goodUser()));
    }

    /** A good no to everybody. */
    public static byte[] no(CalloutForge forge) {
        var answer = forge.answer("");
        CalloutForge.nats(answer).put("error", "no").remove("jwt");
        return forge.signed(answer);
    }

    /** Every question so far, oldest first. */
    public List<Question> asked() {
        return List.copyOf(asked);
    }

    private void asked(Message message) {
        try {
            NKey server =
                    NKey.parse(message.getHeaders().getFirst("Nats-Server-Xkey"), NKeyType.CURVE);
            byte[] jwt = box.open(message.getData(), server);
            asked.add(new Question(jwt, server));
            JsonNode claims = CalloutForge.claims(new String(jwt, StandardCharsets.US_ASCII));
            answers.map(answer -> answer.apply(new CalloutForge(keys, claims)))
                    .ifPresent(bytes -> callout.publish(message.getReplyTo(), bytes));
        } catch (BoxRefused | InvalidKey e) {
            throw new IllegalStateException("a question of a real server", e);
        }
    }

    /** Takes no more questions; the connection stays. */
    @Override
    public void close() {
        callout.closeDispatcher(dispatcher);
    }
}
