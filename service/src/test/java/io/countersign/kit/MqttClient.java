// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * A minimal MQTT 3.1.1 client: log in, publish and subscribe at QoS 0. Reads only while one of its
 * methods runs. Not thread-safe. (nats-server offers MQTT only together with JetStream and a {@code
 * server_name}.)
 */
public final class MqttClient implements AutoCloseable {
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH = 0x30;
    private static final int SUBSCRIBE = 0x82;
    private static final int SUBACK = 0x90;
    private static final int PINGREQ = 0xc0;
    private static final int PINGRESP = 0xd0;
    private static final int SUBACK_FAILURE = 0x80;

    private final Transport transport;
    private final Intake intake;
    private final Deque<Message> messages = new ArrayDeque<>();
    private int lastPacketId;

    private MqttClient(Transport transport) {
        this.transport = transport;
        this.intake = new Intake(transport);
    }

    /** Connects over TCP; says nothing yet. */
    public static MqttClient connect(String host, int port) {
        return connect(host, port, Optional.empty());
    }

    /** Connects over TCP, or TLS if there is a context; says nothing yet. */
    public static MqttClient connect(String host, int port, Optional<SSLContext> tls) {
        return Io.get(() -> {
            SocketTransport socket = SocketTransport.connect(host, port, RawClient.PATIENCE);
            if (tls.isPresent()) {
                socket.startTls(tls.get(), host, Deadline.in(RawClient.PATIENCE));
            }
            return new MqttClient(socket);
        });
    }

    /** Logs in without user and password. */
    public Login login(String clientId) {
        return login(clientId, Optional.empty(), Optional.empty());
    }

    /** Logs in with user and password. */
    public Login login(String clientId, String user, String password) {
        return login(clientId, Optional.of(user), Optional.of(password));
    }

    /**
     * Sends CONNECT (section 3.1, clean session) and returns what became of it within ten seconds;
     * a refusal's text is {@code CONNACK 5} (section 3.2.2.3).
     */
    public Login login(String clientId, Optional<String> user, Optional<String> password) {
        long start = System.nanoTime();
        return Io.get(() -> {
            send(CONNECT, connectBody(clientId, user, password));
            Answer answer = await(CONNACK, RawClient.PATIENCE);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            return switch (answer) {
                case Answer.End() -> new Login.Closed(elapsed);
                case Answer.Silence() -> new Login.TimedOut(elapsed);
                case Answer.Packet packet when packet.at(1) == 0 -> new Login.Admitted(elapsed);
                case Answer.Packet packet -> new Login.Refused("CONNACK " + packet.at(1), elapsed);
            };
        });
    }

    private static byte[] connectBody(
            String clientId, Optional<String> user, Optional<String> password) throws IOException {
        int flags = 0x02 | (user.isPresent() ? 0x80 : 0) | (password.isPresent() ? 0x40 : 0);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        text(out, "MQTT");
        out.writeByte(4);
        out.writeByte(flags);
        out.writeShort(60); // keep alive, seconds
        text(out, clientId);
        if (user.isPresent()) {
            text(out, user.get());
        }
        if (password.isPresent()) {
            text(out, password.get());
        }
        return body.toByteArray();
    }

    /** Publishes at QoS 0; the protocol has no way to say that it was not allowed. */
    public void publish(String topic, byte[] payload) {
        Io.run(() -> {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            text(new DataOutputStream(body), topic);
            body.write(payload);
            send(PUBLISH, body.toByteArray());
        });
    }

    /** Subscribes at QoS 0 and returns whether the server granted it. */
    public boolean subscribe(String filter) {
        return Io.get(() -> {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(body);
            out.writeShort(++lastPacketId);
            text(out, filter);
            out.writeByte(0);
            send(SUBSCRIBE, body.toByteArray());
            return packet(SUBACK).at(2) != SUBACK_FAILURE;
        });
    }

    /** Waits until the server has dealt with all that we sent. */
    public void fence() {
        Io.run(() -> {
            send(PINGREQ, new byte[0]);
            packet(PINGRESP);
        });
    }

    /** The oldest message that was not taken yet, waiting for one if there is none. */
    public Optional<Message> awaitMessage(Duration limit) {
        if (messages.isEmpty()) {
            Io.get(() -> await(PUBLISH, limit));
        }
        return Optional.ofNullable(messages.poll());
    }

    /** Waits until the server hangs up; false if it does not in time. */
    public boolean awaitClosed(Duration limit) {
        return Io.get(() -> await(0, limit)) instanceof Answer.End;
    }

    /** What came from the server. */
    private sealed interface Answer {
        /** A control packet: its first byte and what follows its length. */
        final class Packet implements Answer {
            private final int first;
            private final byte[] body;

            Packet(int first, byte[] body) {
                this.first = first;
                this.body = body;
            }

            int at(int index) {
                return body[index] & 0xff;
            }

            /** A PUBLISH at QoS 0: the topic with its length before it, and the payload. */
            Message message() {
                int topicEnd = 2 + ((at(0) << 8) | at(1));
                String topic = new String(body, 2, topicEnd - 2, StandardCharsets.UTF_8);
                byte[] payload = Arrays.copyOfRange(body, topicEnd, body.length);
                return new Message(topic, Optional.empty(), "", payload);
            }
        }

        record End() implements Answer {}

        record Silence() implements Answer {}
    }

    private Answer.Packet packet(int type) throws IOException {
        Answer answer = await(type, RawClient.PATIENCE);
        if (answer instanceof Answer.Packet packet) {
            return packet;
        }
        throw new IOException(
                "MQTT: " + answer + " (expected: packet " + Integer.toHexString(type) + ")");
    }

    /** Reads, keeping messages, until a packet of this type, the end or the deadline. */
    private Answer await(int type, Duration limit) throws IOException {
        Deadline deadline = Deadline.in(limit);
        try {
            while (true) {
                Answer.Packet packet = read(deadline);
                int packetType = packet.first & 0xf0;
                if (packetType == PUBLISH) {
                    messages.add(packet.message());
                }
                if (packetType == type) {
                    return packet;
                }
            }
        } catch (SocketTimeoutException _) {
            return new Answer.Silence();
        } catch (EOFException | SocketException | SSLException _) {
            return new Answer.End();
        }
    }

    /**
     * Section 2.2.3: the length has seven bits a byte, lowest first. A packet is taken only once
     * all of it is there.
     */
    private Answer.Packet read(Deadline deadline) throws IOException {
        int length = 0;
        int headerSize = 1;
        boolean isMore = true;
        while (isMore) {
            intake.need(headerSize + 1, deadline);
            int digit = intake.peek(headerSize);
            length |= (digit & 0x7f) << (7 * (headerSize - 1));
            isMore = (digit & 0x80) != 0;
            headerSize++;
        }
        byte[] all = intake.take(headerSize + length, deadline);
        return new Answer.Packet(all[0] & 0xff, Arrays.copyOfRange(all, headerSize, all.length));
    }

    private void send(int first, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int length = body.length;
        while (length > 0x7f) {
            packet.write((length & 0x7f) | 0x80);
            length >>= 7;
        }
        packet.write(length);
        packet.write(body);
        try {
            transport.write(packet.toByteArray());
        } catch (SocketException | SSLException _) {
            // The server hung up; reading will tell.
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    @Override
    public void close() {
        transport.close();
    }
}
