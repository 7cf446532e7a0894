// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.nats.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A connection in the account of the audit stream that comes and goes. Thread-safe. */
public interface StreamLink extends AutoCloseable {
    /** The connection; empty while there is none that could be used. */
    Optional<Connection> connection();

    /** Waits for the first connection; false when the time is up. */
    boolean awaitFirst(Duration limit) throws InterruptedException;

    /**
     * The connection, for somebody who needs it now.
     *
     * @throws IOException if there is none
     */
    default Connection require() throws IOException {
        return connection()
                .orElseThrow(() -> new IOException("no connection to the operations account"));
    }

    @Override
    void close();
}
