// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The client side of WebSocket (RFC 6455) as a stream of bytes: where one frame ends and the next
 * begins means nothing to NATS. No extensions, so no compression.
 */
final class WebSocketTransport implements Transport {
    /** Section 1.3: proves that the server understood the request as WebSocket. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LONGEST_SHORT = 125;

    private final Transport socket;
    private final Intake intake;
    private byte[] unread = {};

    private WebSocketTransport(Transport socket) {
        this.socket = socket;
        this.intake = new Intake(socket);
    }

    /** Asks for the upgrade. Closes the connection if it is refused. */
    static WebSocketTransport upgrade(
            Transport socket, String authority, Map<String, String> headers, Deadline deadline)
            throws IOException {
        WebSocketTransport transport = new WebSocketTransport(socket);
        try {
            transport.handshake(authority, headers, deadline);
            return transport;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void handshake(String authority, Map<String, String> headers, Deadline deadline)
            throws IOException {
        String key = Base64.getEncoder().encodeToString(random(16));
        StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: ").append(authority);
        request.append(
                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13");
        request.append("\r\nSec-WebSocket-Key: ").append(key);
        headers.forEach((name, value) -> request.append("\r\n" + name + ": " + value));
        socket.write(request.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8));
        String status = intake.line(deadline);
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new IOException("upgrade: " + status + " (expected: HTTP/1.1 101)");
        }
        boolean isProven = false;
        for (String line = intake.line(deadline); !line.isEmpty(); line = intake.line(deadline)) {
            isProven |= line.equalsIgnoreCase("Sec-WebSocket-Accept: " + accept(key));
        }
        if (!isProven) {
            throw new IOException(
                    "upgrade: no right Sec-WebSocket-Accept (expected: RFC 6455, 4.2.2)");
        }
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    @Override
    public int read(byte[] into, Deadline deadline) throws IOException {
        try {
            while (unread.length == 0) {
                readFrame(deadline);
            }
        } catch (EOFException _) {
            return -1;
        }
        int count = Math.min(into.length, unread.length);
        System.arraycopy(unread, 0, into, 0, count);
        unread = Arrays.copyOfRange(unread, count, unread.length);
        return count;
    }

    /**
     * Takes a frame only once all of it is there, so that a deadline in its middle loses nothing.
     */
    private void readFrame(Deadline deadline) throws IOException {
        intake.need(2, deadline);
        int code = intake.peek(1) & 0x7f;
        int lengthBytes = code == 127 ? 8 : code == 126 ? 2 : 0;
        int headerSize = 2 + lengthBytes;
        intake.need(headerSize, deadline);
        long length = lengthBytes == 0 ? code : 0;
        for (int i = 2; i < headerSize; i++) {
            length = (length << 8) | intake.peek(i);
        }
        int opcode = intake.peek(0) & 0x0f;
        int frameSize = Math.addExact(headerSize, Math.toIntExact(length));
        byte[] frame = intake.take(frameSize, deadline);
        byte[] payload = Arrays.copyOfRange(frame, headerSize, frameSize);
        switch (opcode) {
            case CLOSE -> throw new EOFException("closed by the other side");
            case PING -> sendFrame(PONG, payload);
            case PONG -> {}
            default -> unread = payload;
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        sendFrame(BINARY, bytes);
    }

    /** Section 5.3: a client masks what it sends. */
    private void sendFrame(int opcode, byte[] payload) throws IOException {
        byte[] mask = random(4);
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (FINAL | opcode));
        if (payload.length <= LONGEST_SHORT) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % mask.length]));
        }
        socket.write(Arrays.copyOf(frame.array(), frame.position()));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
