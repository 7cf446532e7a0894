// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The client side of the NATS protocol: lines and payloads in, events out. Keeps no state but
 * unread bytes.
 */
final class NatsWire {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] LINE_END = {'\r', '\n'};

    /** One thing that the server said, or that it said nothing (more). */
    sealed interface Event {
        record Info(JsonNode json) implements Event {}

        record Ok() implements Event {}

        record Ping() implements Event {}

        record Pong() implements Event {}

        record Err(String text) implements Event {}

        record Msg(Message message) implements Event {}

        record End() implements Event {}

        record Silence() implements Event {}
    }

    private final Transport transport;
    private final Intake intake;

    /** The line of a message whose payload has not all arrived. */
    private String unfinished = "";

    NatsWire(Transport transport) {
        this.transport = transport;
        this.intake = new Intake(transport);
    }

    /** What the server says next. A reset is an end like any other; anything unexpected throws. */
    Event next(Deadline deadline) throws IOException {
        try {
            return read(deadline);
        } catch (SocketTimeoutException _) {
            return new Event.Silence();
        } catch (EOFException | SocketException | SSLException _) {
            return new Event.End();
        }
    }

    private Event read(Deadline deadline) throws IOException {
        String line = unfinished.isEmpty() ? intake.line(deadline) : unfinished;
        String verb = line.split("[ \t]", 2)[0];
        String rest = line.substring(verb.length()).strip();
        return switch (verb) {
            case "INFO" -> new Event.Info(JSON.readTree(rest));
            case "+OK" -> new Event.Ok();
            case "PING" -> new Event.Ping();
            case "PONG" -> new Event.Pong();
            case "-ERR" -> new Event.Err(unquoted(rest));
            case "MSG", "HMSG" -> message(line, deadline);
            default ->
                    throw new IOException(
                            "server said: " + line + " (expected: the NATS protocol)");
        };
    }

    /**
     * {@code MSG subject sid [reply] size} or {@code HMSG subject sid [reply] header-size size},
     * then the bytes.
     */
    private Event message(String line, Deadline deadline) throws IOException {
        unfinished = line;
        String[] words = line.split("[ \t]+", -1);
        boolean hasHeaders = words[0].equals("HMSG");
        int size = Integer.parseInt(words[words.length - 1]);
        int headerSize = hasHeaders ? Integer.parseInt(words[words.length - 2]) : 0;
        boolean hasReply = words.length == (hasHeaders ? 6 : 5);
        byte[] body = intake.take(size + LINE_END.length, deadline);
        unfinished = "";
        return new Event.Msg(
                new Message(
                        words[1],
                        hasReply ? Optional.of(words[3]) : Optional.empty(),
                        new String(body, 0, headerSize, StandardCharsets.UTF_8),
                        Arrays.copyOfRange(body, headerSize, size)));
    }

    private static String unquoted(String text) {
        return text.replaceAll("^'|'$", "");
    }

    /**
     * Sends a line, and its payload if it has one. If the server has gone, {@link #next} will tell.
     */
    void send(String line, byte[] payload) throws IOException {
        byte[] start = line.getBytes(StandardCharsets.UTF_8);
        byte[] all =
                Arrays.copyOf(
                        start, start.length + LINE_END.length + payload.length + LINE_END.length);
        System.arraycopy(LINE_END, 0, all, start.length, LINE_END.length);
        System.arraycopy(payload, 0, all, start.length + LINE_END.length, payload.length);
        System.arraycopy(LINE_END, 0, all, all.length - LINE_END.length, LINE_END.length);
        write(all);
    }

    /** Sends lines as they are. */
    void send(String lines) throws IOException {
        write((lines + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        try {
            transport.write(bytes);
        } catch (SocketException | SSLException _) {
            // The server hung up; what it said before is still to be read, and after it the end.
        }
    }

    void close() {
        transport.close();
    }
}
