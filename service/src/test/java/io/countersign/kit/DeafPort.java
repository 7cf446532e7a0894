// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port on loopback that takes connections and never says a word. */
public final class DeafPort implements AutoCloseable {
    private final ServerSocket socket;

    private DeafPort(ServerSocket socket) {
        this.socket = socket;
    }

    /** The system's backlog takes the connections; nobody reads them. */
    public static DeafPort open() {
        return Io.get(
                () -> new DeafPort(new ServerSocket(0, 50, InetAddress.getLoopbackAddress())));
    }

    public int port() {
        return socket.getLocalPort();
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
