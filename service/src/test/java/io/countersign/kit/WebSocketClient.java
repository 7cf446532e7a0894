// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Makes {@link RawClient}s that speak the same NATS protocol inside of WebSocket frames (RFC 6455).
 */
public final class WebSocketClient {
    private WebSocketClient() {}

    /** Connects without TLS and reads INFO. */
    public static RawClient connect(String host, int port) {
        return connect(host, port, Map.of(), Optional.empty());
    }

    /**
     * Connects and reads INFO.
     *
     * @param headers of the upgrade request, {@code Cookie} for example
     * @param tls for {@code wss}
     * @throws java.io.UncheckedIOException if the server does not switch to WebSocket
     */
    public static RawClient connect(
            String host, int port, Map<String, String> headers, Optional<SSLContext> tls) {
        return Io.get(() -> {
            SocketTransport socket = SocketTransport.connect(host, port, RawClient.PATIENCE);
            Deadline deadline = Deadline.in(RawClient.PATIENCE);
            if (tls.isPresent()) {
                socket.startTls(tls.get(), host, deadline);
            }
            return RawClient.greeted(
                    WebSocketTransport.upgrade(socket, host + ":" + port, headers, deadline));
        });
    }
}
