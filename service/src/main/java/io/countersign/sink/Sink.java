// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.io.IOException;
import java.util.List;

/** One counterpart that takes entries. Used by one thread, but closed by any. */
interface Sink extends AutoCloseable {
    /**
     * Hands over entries, oldest first. When this returns, the counterpart has them all.
     *
     * @throws IOException if that is not certain; some may have arrived all the same, and all will
     *     be handed over again
     */
    void deliver(List<SinkEvent> events) throws IOException, InterruptedException;

    /** Lets go of what it holds, and breaks off a delivery that is under way. */
    @Override
    void close();
}
