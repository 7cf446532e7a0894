// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writers with their buffers, to be used again: two for each decision were a third of all that a
 * decision allocated (ADR 47). Not one per thread, because each request has a virtual thread of its
 * own. Never waits; what does not fit is left to the garbage collector. What they held is no
 * secret: it went out signed. Safe for use by many threads.
 */
final class JsonWriters {
    private static final int MOST_IDLE = 32;

    /** More than a usual user or answer needs; a larger one is not kept. */
    private static final int USUAL_BYTES = 4096;

    private static final BlockingQueue<JsonWriter> IDLE = new ArrayBlockingQueue<>(MOST_IDLE);

    private JsonWriters() {}

    /** An empty one; nobody else has it until it is given back. */
    static JsonWriter take() {
        @Nullable JsonWriter idle = IDLE.poll();
        return idle != null ? idle : new JsonWriter(USUAL_BYTES);
    }

    static void giveBack(JsonWriter writer) {
        if (writer.buffer().length <= 4 * USUAL_BYTES) {
            writer.clear();
            boolean _ = IDLE.offer(writer);
        }
    }
}
