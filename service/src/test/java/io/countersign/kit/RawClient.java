// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.kit.NatsWire.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * A NATS client that sends exactly the CONNECT that it is given, never reconnects and hides
 * nothing. Over TCP, TLS or WebSocket ({@link WebSocketClient}). It reads only while one of its
 * methods runs (and answers the server's PINGs then). Not thread-safe.
 */
public final class RawClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NOTHING = {};

    private final NatsWire wire;
    private final List<String> errors = new ArrayList<>();
    private final Deque<Message> messages = new ArrayDeque<>();
    private JsonNode info = JsonNodeFactory.instance.objectNode();
    private long connectSent;
    private int lastSubscription;
    private boolean isOpen = true;

    private RawClient(NatsWire wire) {
        this.wire = wire;
    }

    /** Connects to this server's client port over TCP and reads INFO. */
    public static RawClient connect(NatsServer server) {
        return connect(server.host(), server.port());
    }

    /**
     * Connects over TCP and reads INFO.
     *
     * @throws UncheckedIOException if nobody listens there or it is no NATS server
     */
    public static RawClient connect(String host, int port) {
        return Io.get(() -> greeted(SocketTransport.connect(host, port, PATIENCE)));
    }

    /** Connects to this server over TCP from another address of this machine, such as 127.1.2.3. */
    public static RawClient connectFrom(String address, NatsServer server) {
        return Io.get(() ->
                greeted(
                        SocketTransport.connectFrom(
                                address, server.host(), server.port(), PATIENCE)));
    }

    /**
     * Connects, reads INFO in the clear as NATS does, then goes on in TLS. If the server refuses
     * our certificate, or that we have none, {@link #login} says {@link Login.Closed}.
     *
     * @throws java.io.UncheckedIOException also if the server's certificate is not valid for the
     *     host
     */
    public static RawClient connectTls(String host, int port, SSLContext context) {
        return Io.get(() -> {
            SocketTransport transport = SocketTransport.connect(host, port, PATIENCE);
            RawClient client = greeted(transport);
            try {
                transport.startTls(context, host, Deadline.in(PATIENCE));
            } catch (SocketException _) {
                // In TLS 1.3 the server judges our certificate when our part of the handshake is
                // done:
                // that we notice already here is a race. The next read tells.
            }
            return client;
        });
    }

    /** Reads INFO over a connection that is there already. */
    static RawClient greeted(Transport transport) throws IOException {
        RawClient client = new RawClient(new NatsWire(transport));
        Event greeting = client.listen(PATIENCE, Event.Info.class::isInstance);
        if (!(greeting instanceof Event.Info)) {
            client.close();
            throw new IOException("greeting: " + greeting + " (expected: INFO)");
        }
        return client;
    }

    /** The last INFO of the server. */
    public JsonNode info() {
        return info;
    }

    /** The nonce to sign, if the server gave one. */
    public Optional<String> nonce() {
        return Optional.ofNullable(info.get("nonce")).map(JsonNode::asText);
    }

    /** The server's public curve key, if it shows one. */
    public Optional<String> xkey() {
        return Optional.ofNullable(info.get("xkey")).map(JsonNode::asText);
    }

    /** The id of this connection on its server. */
    public long cid() {
        return info.path("client_id").asLong();
    }

    /** Every {@code -ERR} so far, oldest first. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Whether the server has not hung up yet, as far as was read. */
    public boolean isOpen() {
        return isOpen;
    }

    /**
     * Sends CONNECT with these fields in this order and nothing else, and PING; what became of it
     * within ten seconds.
     */
    public Login login(Map<String, ?> connect) {
        return login(connect, PATIENCE);
    }

    /** As {@link #login(Map)}, waiting so long. */
    public Login login(Map<String, ?> connect, Duration limit) {
        sendConnect(connect);
        return awaitLogin(limit);
    }

    /**
     * As {@link #login(Map)}, with a {@code sig} field: the server's nonce, signed.
     *
     * @param signer from the nonce's bytes to the 64 bytes of the signature
     * @throws IllegalStateException if the server gave no nonce
     */
    public Login login(Map<String, ?> connect, UnaryOperator<byte[]> signer) {
        String nonce =
                nonce().orElseThrow(() ->
                        new IllegalStateException("INFO: no nonce (expected: one to sign)"));
        byte[] signature = signer.apply(nonce.getBytes(StandardCharsets.US_ASCII));
        Map<String, Object> signed = new LinkedHashMap<>(connect);
        signed.put("sig", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
        return login(signed);
    }

    /** Sends CONNECT and PING without waiting, so that many logins can be under way at once. */
    public void sendConnect(Map<String, ?> connect) {
        connectSent = System.nanoTime();
        Io.run(() -> wire.send("CONNECT " + JSON.writeValueAsString(connect) + "\r\nPING"));
    }

    /** Waits for the answer to {@link #sendConnect}. */
    public Login awaitLogin(Duration limit) {
        Event event = listen(limit, e -> e instanceof Event.Pong || e instanceof Event.Err);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - connectSent);
        return switch (event) {
            case Event.Err(String text) -> new Login.Refused(text, elapsed);
            case Event.End() -> new Login.Closed(elapsed);
            case Event.Silence() -> new Login.TimedOut(elapsed);
            case Event.Pong(), Event.Info _, Event.Ok(), Event.Ping(), Event.Msg _ ->
                    new Login.Admitted(elapsed);
        };
    }

    /** Tries whether the server lets us publish there, by doing so with an empty payload. */
    public boolean canPublish(String subject) {
        int before = errors.size();
        publish(subject, NOTHING);
        fence();
        return !deniedSince(before);
    }

    /** Tries whether the server lets us subscribe to this, and unsubscribes again. */
    public boolean canSubscribe(String subject) {
        return trySubscribe(subject);
    }

    /** As {@link #canSubscribe(String)}, as a member of this queue group. */
    public boolean canSubscribe(String subject, String queue) {
        return trySubscribe(subject + " " + queue);
    }

    private boolean trySubscribe(String subjectAndQueue) {
        int before = errors.size();
        int subscription = subscribe(subjectAndQueue);
        Io.run(() -> wire.send("UNSUB " + subscription));
        fence();
        return !deniedSince(before);
    }

    private boolean deniedSince(int count) {
        return errors.subList(count, errors.size()).stream()
                .anyMatch(text -> text.startsWith("Permissions Violation"));
    }

    /** Publishes; whether it was allowed shows only in {@link #errors} after a {@link #fence}. */
    public void publish(String subject, byte[] payload) {
        Io.run(() -> wire.send("PUB " + subject + " " + payload.length, payload));
    }

    /** Publishes with a reply subject. */
    public void publish(String subject, String reply, byte[] payload) {
        Io.run(() -> wire.send("PUB " + subject + " " + reply + " " + payload.length, payload));
    }

    /** Subscribes; returns the subscription id. */
    public int subscribe(String subject) {
        int subscription = ++lastSubscription;
        Io.run(() -> wire.send("SUB " + subject + " " + subscription));
        return subscription;
    }

    /** Publishes and waits for one answer, on a reply subject below {@code _INBOX}. */
    public Optional<Message> request(String subject, byte[] payload, Duration limit) {
        int subscription = ++lastSubscription;
        String inbox = "_INBOX.kit." + cid() + "." + subscription;
        Io.run(() -> wire.send("SUB " + inbox + " " + subscription));
        publish(subject, inbox, payload);
        Predicate<Message> isAnswer = message -> message.subject().equals(inbox);
        Optional<Message> answer = awaitMessage(isAnswer, limit);
        Io.run(() -> wire.send("UNSUB " + subscription));
        return answer;
    }

    /** The oldest message that was not taken yet, waiting for one if there is none. */
    public Optional<Message> awaitMessage(Duration limit) {
        return awaitMessage(_ -> true, limit);
    }

    private Optional<Message> awaitMessage(Predicate<Message> wanted, Duration limit) {
        if (messages.stream().noneMatch(wanted)) {
            listen(limit, e -> e instanceof Event.Msg(Message m) && wanted.test(m));
        }
        Optional<Message> first = messages.stream().filter(wanted).findFirst();
        first.ifPresent(messages::remove);
        return first;
    }

    /**
     * Waits until the server has dealt with all that we sent (PING, PONG).
     *
     * @throws IllegalStateException if it hung up or does not answer
     */
    public void fence() {
        Io.run(() -> wire.send("PING"));
        Event answer = listen(PATIENCE, Event.Pong.class::isInstance);
        if (!(answer instanceof Event.Pong)) {
            throw new IllegalStateException(
                    "PING: " + answer + ", errors " + errors + " (expected: PONG)");
        }
    }

    /**
     * Waits until the server hangs up; false if it does not in time. Why shows in {@link #errors}.
     */
    public boolean awaitClosed(Duration limit) {
        return !isOpen || listen(limit, _ -> false) instanceof Event.End;
    }

    /**
     * Reads, keeping what others may ask for, until something wanted, the end or the deadline;
     * returns that.
     */
    private Event listen(Duration limit, Predicate<Event> wanted) {
        Deadline deadline = Deadline.in(limit);
        while (true) {
            Event event = Io.get(() -> wire.next(deadline));
            switch (event) {
                case Event.Info(JsonNode json) -> info = json;
                case Event.Err(String text) -> errors.add(text);
                case Event.Msg(Message message) -> messages.add(message);
                case Event.Ping() -> Io.run(() -> wire.send("PONG"));
                case Event.End() -> isOpen = false;
                case Event.Ok(), Event.Pong(), Event.Silence() -> {}
            }
            if (event instanceof Event.End
                    || event instanceof Event.Silence
                    || wanted.test(event)) {
                return event;
            }
        }
    }

    @Override
    public void close() {
        isOpen = false;
        wire.close();
    }
}
