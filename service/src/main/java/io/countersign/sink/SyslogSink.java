// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.AuditEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * RFC 5424 messages over TLS (RFC 5425), or plain TCP with the same framing.
 *
 * <p>Syslog has no acknowledgements: what was written to a connection that then breaks may or may
 * not have arrived. So each page has a connection of its own, which we end in order; the server's
 * own end comes after it has read everything, and only then the page counts.
 */
final class SyslogSink implements Sink {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 10_000;

    /** Facility 10: security and authorization messages (RFC 5424, 6.2.1). */
    private static final int FACILITY = 10 * 8;

    private static final int INFORMATIONAL = 6;
    private static final int NOTICE = 5;
    private static final int WARNING = 4;

    private final SinkSettings.ToSyslog settings;
    private final String host;
    private volatile @Nullable Socket current;
    private volatile boolean closed;

    SyslogSink(SinkSettings.ToSyslog settings, String instance) {
        this.settings = settings;
        this.host = instance;
    }

    @Override
    public void deliver(List<SinkEvent> events) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(frames(events));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            awaitEnd(socket.getInputStream());
        } finally {
            current = null;
        }
    }

    private Socket connect() throws IOException {
        Socket plain = new Socket();
        current = plain;
        if (closed) {
            plain.close();
        }
        try {
            plain.setSoTimeout(ANSWER_MILLIS);
            plain.connect(new InetSocketAddress(settings.host(), settings.port()), CONNECT_MILLIS);
            return settings.tls().isPresent()
                    ? secured(plain, settings.tls().get().getSocketFactory())
                    : plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private SSLSocket secured(Socket plain, javax.net.ssl.SSLSocketFactory factory)
            throws IOException {
        SSLSocket socket =
                (SSLSocket) factory.createSocket(plain, settings.host(), settings.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // checks the server's name
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void awaitEnd(InputStream in) throws IOException {
        byte[] ignored = new byte[512];
        long end = System.nanoTime() + ANSWER_MILLIS * 1_000_000L;
        try {
            while (in.read(ignored) >= 0) {
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException("still talking");
                }
            }
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "the syslog server did not close its side after ours; nobody knows what it has",
                    e);
        }
    }

    private byte[] frames(List<SinkEvent> events) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (SinkEvent event : events) {
            byte[] message = message(event).getBytes(StandardCharsets.UTF_8);
            frames.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
            frames.writeBytes(message);
        }
        return frames.toByteArray();
    }

    private String message(SinkEvent event) {
        AuditEntry entry = event.entry();
        String id =
                entry.decision().isEmpty()
                        ? entry.kind().word()
                        : entry.kind().word() + "-" + entry.decision();
        return "<%d>1 %s %s countersign - %s - %s"
                .formatted(
                        FACILITY + severity(entry),
                        entry.time(),
                        host,
                        id.substring(0, Math.min(32, id.length())), // RFC 5424, 6: MSGID
                        event.line());
    }

    private static int severity(AuditEntry entry) {
        return switch (entry.decision()) {
            case AuditEntry.DENY -> NOTICE;
            case AuditEntry.DROP, "refused-by-server", "timed-out" -> WARNING;
            default -> INFORMATIONAL;
        };
    }

    @Override
    public void close() {
        closed = true;
        Socket now = current;
        if (now != null) {
            try {
                now.close(); // also takes a thread out of a read
            } catch (IOException _) {
                // It is of no more use to anybody.
            }
        }
    }
}
