// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * The least of a NATS client that can ask questions and hear the answers: it must cost much less
 * than what it measures. One thread writes, another reads.
 */
final class ReplayWire implements AutoCloseable {
    private static final String SUBJECT = "$SYS.REQ.USER.AUTH";
    private static final int BUFFER = 1 << 16;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** Connects and subscribes to all answers. */
    ReplayWire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
        String info = line();
        if (!info.startsWith("INFO ")) {
            throw new IOException("no NATS server: " + info);
        }
        write(
                "CONNECT"
                        + " {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":false,\"lang\":\"bench\",\"version\":\"1\",\"protocol\":1}\r\n"
                        + "SUB R.* 1\r\n"
                        + "PING\r\n");
        out.flush();
        for (String line = line(); !line.equals("PONG"); line = line()) {
            if (line.startsWith("-ERR")) {
                throw new IOException(line);
            }
        }
    }

    /** Everything that is sent for one request; its number comes back with the answer. */
    static byte[] frame(int number, RecordedServer.Request request) {
        StringBuilder headers = new StringBuilder("NATS/1.0\r\n");
        request.headers()
                .forEach(key -> headers.append("Nats-Server-Xkey: ").append(key).append("\r\n"));
        headers.append("\r\n");
        int total = headers.length() + request.payload().length;
        String head =
                "HPUB %s R.%d %d %d\r\n%s"
                        .formatted(SUBJECT, number, headers.length(), total, headers);
        byte[] first = head.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[first.length + request.payload().length + 2];
        System.arraycopy(first, 0, frame, 0, first.length);
        System.arraycopy(request.payload(), 0, frame, first.length, request.payload().length);
        frame[frame.length - 2] = '\r';
        frame[frame.length - 1] = '\n';
        return frame;
    }

    void send(byte[] frame) throws IOException {
        synchronized (out) {
            out.write(frame);
        }
    }

    void flush() throws IOException {
        synchronized (out) {
            out.flush();
        }
    }

    /** Reports the number of each answer, until the connection is closed. */
    void listen(IntConsumer answered) throws IOException {
        while (true) {
            String line = line();
            if (line.startsWith("MSG R.")) {
                String[] words = line.split(" ", -1);
                int length = Integer.parseInt(words[words.length - 1]);
                in.skipNBytes(length + 2L);
                answered.accept(Integer.parseInt(words[1].substring(2)));
            } else if (line.equals("PING")) {
                synchronized (out) {
                    write("PONG\r\n");
                    out.flush();
                }
            } else if (line.startsWith("-ERR")) {
                throw new IOException(line);
            }
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(48);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server closed the connection");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    /** Ends {@link #listen}. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
