// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A TCP connection, which may become a TLS one on the way, as NATS does after its INFO. */
final class SocketTransport implements Transport {
    private Socket socket;

    private SocketTransport(Socket socket) {
        this.socket = socket;
    }

    static SocketTransport connect(String host, int port, Duration limit) throws IOException {
        return connectFrom("", host, port, limit);
    }

    static SocketTransport connectFrom(String address, String host, int port, Duration limit)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            if (!address.isEmpty()) {
                socket.bind(new InetSocketAddress(address, 0));
            }
            socket.connect(new InetSocketAddress(host, port), Deadline.in(limit).millisLeft());
            return new SocketTransport(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Continues in TLS; the server's certificate must be valid for the host. Closes the connection
     * if it fails.
     */
    void startTls(SSLContext context, String host, Deadline deadline) throws IOException {
        try {
            socket.setSoTimeout(deadline.millisLeft());
            SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(socket, host, socket.getPort(), true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            socket = tls;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public int read(byte[] into, Deadline deadline) throws IOException {
        socket.setSoTimeout(deadline.millisLeft());
        return socket.getInputStream().read(into);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // The other side may have gone first; either way it is closed.
        }
    }
}
