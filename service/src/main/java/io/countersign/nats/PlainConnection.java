// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A NATS connection for looking, step by step: what the server says of itself, whether TLS works,
 * what it answers to a login, and with which id it knows us. The client library hides these. Never
 * reconnects, and reads only while one of its methods runs. TCP and TLS; not WebSocket. Not
 * thread-safe.
 */
public final class PlainConnection implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final int DEFAULT_PORT = 4222;

    private final List<String> errors = new ArrayList<>();
    private final Deque<Received> messages = new ArrayDeque<>();
    private Socket socket;
    private WireReader reader;
    private JsonNode info = JSON.createObjectNode();
    private int lastSubscription;

    private PlainConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.reader = new WireReader(socket);
    }

    /**
     * Connects, reads INFO, and goes on in TLS if the URL or the server wants it.
     *
     * @param url {@code nats://host:port} or {@code tls://host:port}
     * @param tls the Java runtime's without one
     * @throws IOException if nobody listens there, it is no NATS server, or TLS fails; says at
     *     which of these it stopped
     */
    public static PlainConnection dial(String url, Optional<SSLContext> tls, Duration within)
            throws IOException {
        URI uri = URI.create(url);
        String host = uri.getHost();
        if (host == null || "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme())) {
            throw new IOException(url + ": cannot be looked at (expected: nats:// or tls://)");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), (int) within.toMillis());
            socket.setTcpNoDelay(true);
            PlainConnection connection = new PlainConnection(socket);
            connection.greeting(within);
            if ("tls".equals(uri.getScheme()) || connection.info.path("tls_required").asBoolean()) {
                connection.socket = PlainTls.start(socket, tls, host, port, within);
                connection.reader = new WireReader(connection.socket);
            }
            return connection;
        } catch (IOException e) {
            socket.close();
            throw new IOException(url + ": " + e.getMessage(), e);
        }
    }

    private void greeting(Duration within) throws IOException {
        try {
            WireReader.Operation first = reader.next(System.nanoTime() + within.toNanos());
            if (!first.verb().equals("INFO")) {
                throw new IOException("it is no NATS server (expected: INFO)");
            }
            info = JSON.readTree(first.rest());
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "no INFO within %s (expected: a NATS server, and not one with handshake_first)"
                            .formatted(within),
                    e);
        }
    }

    /** The last INFO of the server. */
    public JsonNode info() {
        return info;
    }

    /** The server's public key. */
    public String serverId() {
        return info.path("server_id").asText("");
    }

    /** The server's name, or its id where it has none. */
    public String serverName() {
        return info.path("server_name").asText(serverId());
    }

    /** When the first of the server's certificates expires; empty without TLS. */
    public Optional<Instant> certificateEnds() {
        return PlainTls.certificateEnds(socket);
    }

    /** The id of this connection on its server. */
    public long cid() {
        return info.path("client_id").asLong();
    }

    /** Every {@code -ERR} so far, oldest first. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Sends CONNECT and PING; what came of it. */
    public Verdict login(PlainLogin login, String name, Duration within) throws IOException {
        byte[] connect = login.connect(name, info.path("nonce").asText(""));
        long start = System.nanoTime();
        int before = errors.size();
        try {
            send("CONNECT ".getBytes(StandardCharsets.US_ASCII), connect, LINE_END);
            send("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            Optional<String> verb =
                    listen(start + within.toNanos(), v -> v.equals("PONG") || v.equals("-ERR"));
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            if (verb.isEmpty()) {
                return new Verdict.TimedOut(elapsed);
            }
            return errors.size() > before
                    ? new Verdict.Refused(errors.getLast(), elapsed)
                    : new Verdict.Admitted(elapsed);
        } catch (IOException e) {
            return new Verdict.Closed(Duration.ofNanos(System.nanoTime() - start));
        } finally {
            Arrays.fill(connect, (byte) 0);
        }
    }

    /**
     * Subscribes; returns the subscription's id.
     *
     * @throws IOException if the server hung up, or does not allow it
     */
    public int subscribe(String subject, Duration within) throws IOException {
        int subscription = ++lastSubscription;
        int before = errors.size();
        send("SUB %s %d\r\n".formatted(subject, subscription).getBytes(StandardCharsets.UTF_8));
        fence(within);
        if (errors.size() > before) {
            throw new IOException(errors.getLast());
        }
        return subscription;
    }

    /** Waits until the server has dealt with all that we sent. */
    private void fence(Duration within) throws IOException {
        send("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        if (listen(System.nanoTime() + within.toNanos(), "PONG"::equals).isEmpty()) {
            throw new IOException("no PONG within " + within);
        }
    }

    /**
     * Asks and gathers answers: until there are {@code enough}, or none has come for {@code quiet}
     * after the first, or the time is over.
     *
     * @return empty also if nobody is there to answer
     * @throws IOException if the server hung up, or does not allow the question
     */
    public List<Received> ask(
            String subject, byte[] payload, int enough, Duration quiet, Duration within)
            throws IOException {
        String inbox = inbox();
        int subscription = subscribe(inbox, within);
        int before = errors.size();
        publish(subject, inbox, payload, within);
        List<Received> answers = new ArrayList<>();
        long end = System.nanoTime() + within.toNanos();
        while (answers.size() < enough && errors.size() == before) {
            long until =
                    answers.isEmpty() ? end : Math.min(end, System.nanoTime() + quiet.toNanos());
            Optional<Received> next = await(m -> m.subscription() == subscription, until);
            if (next.isEmpty() || next.get().isNobody()) {
                break;
            }
            answers.add(next.get());
        }
        if (errors.size() > before) {
            throw new IOException(errors.getLast());
        }
        send(("UNSUB " + subscription + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return answers;
    }

    /**
     * Asks one answerer. The answer may be {@linkplain Received#isNobody() that nobody is there};
     * empty if none came in time.
     *
     * @throws IOException if the server hung up, or does not allow the question
     */
    public Optional<Received> request(String subject, byte[] payload, Duration within)
            throws IOException {
        String inbox = inbox();
        int subscription = subscribe(inbox, within);
        if (!publish(subject, inbox, payload, within)) {
            throw new IOException(errors.getLast());
        }
        Optional<Received> answer = await(m -> m.subscription() == subscription, within);
        send(("UNSUB " + subscription + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return answer;
    }

    /** Publishes; false if the server does not allow it. */
    public boolean publish(String subject, byte[] payload, Duration within) throws IOException {
        return publish(subject, "", payload, within);
    }

    private boolean publish(String subject, String inbox, byte[] payload, Duration within)
            throws IOException {
        int before = errors.size();
        String head = "PUB %s %s %d\r\n".formatted(subject, inbox, payload.length);
        send(head.getBytes(StandardCharsets.UTF_8), payload, LINE_END);
        fence(within);
        return errors.size() == before;
    }

    private static String inbox() {
        return "_INBOX." + UUID.randomUUID().toString().replace("-", "");
    }

    /** The first message that is wanted, of those that came or will come in time. */
    public Optional<Received> await(Predicate<Received> wanted, Duration within)
            throws IOException {
        return await(wanted, System.nanoTime() + within.toNanos());
    }

    private Optional<Received> await(Predicate<Received> wanted, long until) throws IOException {
        while (true) {
            Optional<Received> found = messages.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                messages.remove(found.get());
                return found;
            }
            if (listen(until, verb -> verb.endsWith("MSG") || verb.equals("-ERR")).isEmpty()) {
                return Optional.empty();
            }
        }
    }

    /** Reads until a wanted operation was dealt with; empty at the deadline. */
    private Optional<String> listen(long until, Predicate<String> wanted) throws IOException {
        while (true) {
            WireReader.Operation operation;
            try {
                operation = reader.next(until);
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            }
            take(operation);
            if (wanted.test(operation.verb())) {
                return Optional.of(operation.verb());
            }
        }
    }

    private void take(WireReader.Operation operation) throws IOException {
        switch (operation.verb()) {
            case "INFO" -> info = JSON.readTree(operation.rest());
            case "PING" -> send("PONG\r\n".getBytes(StandardCharsets.US_ASCII));
            case "-ERR" -> errors.add(operation.rest().replace("'", ""));
            case "MSG" -> messages.add(Received.plain(operation));
            case "HMSG" -> messages.add(Received.withHeaders(operation));
            default -> {}
        }
    }

    private void send(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(256);
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        OutputStream out = socket.getOutputStream();
        out.write(all.toByteArray());
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is all that was wanted.
            errors.add("close: " + e.getMessage());
        }
    }
}
