// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Callout;
import io.countersign.callout.Inbound;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests made beforehand, each of another client, handed out in turn: a path answers none twice.
 * Thread-safe.
 */
final class Requests {
    private final List<RecordedServer.Request> all = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final Instant now;

    Requests(RecordedServer server, int count, Instant now) throws IOException {
        this.now = now;
        for (int i = 0; i < count; i++) {
            all.add(server.ask());
        }
    }

    /** Begins anew, for a {@link Callout} that has seen none of them. */
    void rewind() {
        next.set(0);
    }

    /** How many can still be taken. */
    int left() {
        return all.size() - next.get();
    }

    /**
     * @throws IllegalStateException when none is left
     */
    Inbound next() {
        int index = next.getAndIncrement();
        if (index >= all.size()) {
            throw new IllegalStateException(
                    "requests: all %d are used (expected: shorter iterations)"
                            .formatted(all.size()));
        }
        return all.get(index).arriving(now);
    }
}
