// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.Closeable;
import java.io.IOException;

/**
 * A stream of bytes in both directions, read up to a deadline: a TCP or TLS socket, or WebSocket
 * frames over one.
 */
interface Transport extends Closeable {
    /**
     * Reads at least one byte.
     *
     * @return how many, or −1 at the end of the stream
     * @throws java.net.SocketTimeoutException at the deadline; nothing is lost, a later call reads
     *     on
     */
    int read(byte[] into, Deadline deadline) throws IOException;

    /** Sends all of it. */
    void write(byte[] bytes) throws IOException;

    @Override
    void close();
}
