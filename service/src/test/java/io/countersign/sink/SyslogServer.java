// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.kit.Certificates;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes octet-counted messages (RFC 5425, 4.3), one connection after the other. */
final class SyslogServer implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final ServerSocket socket;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger breaks = new AtomicInteger();
    private volatile int untilBreak;

    private SyslogServer(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::serve);
    }

    static SyslogServer tls(Certificates certificates) throws IOException {
        return new SyslogServer(
                certificates
                        .sslContext(Optional.of(certificates.server()))
                        .getServerSocketFactory()
                        .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    }

    static SyslogServer plain(int port) throws IOException {
        return new SyslogServer(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()));
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Resets so many connections, each after so many messages. */
    void breakOffAfter(int times, int count) {
        untilBreak = count;
        breaks.set(times);
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    /** What stands behind the header. */
    List<String> bodies() {
        return messages.stream().map(m -> m.substring(m.indexOf('{'))).toList();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                take(connection);
            } catch (IOException _) {
                // Of one client, or the end; the loop tells.
            }
        }
    }

    private void take(Socket connection) throws IOException {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        int taken = 0;
        for (int length = length(in); length >= 0; length = length(in)) {
            byte[] message = in.readNBytes(length);
            messages.add(new String(message, StandardCharsets.UTF_8));
            taken++;
            if (taken == untilBreak && breaks.getAndDecrement() > 0) {
                connection.setSoLinger(true, 0); // a reset, as of a process that was killed
                return;
            }
        }
    }

    /** -1 at the end. */
    private static int length(InputStream in) throws IOException {
        int length = 0;
        int c = in.read();
        if (c < 0) {
            return -1;
        }
        while (c != ' ') {
            if (c < '0' || c > '9') {
                throw new IOException("no frame: " + c);
            }
            length = 10 * length + c - '0';
            c = in.read();
        }
        return length;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
