// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * When each administrator's key was last used for a request that was taken. Only keys that are
 * listed get here, so there are never many. Thread-safe.
 */
public final class AdminUses {
    private final ConcurrentMap<String, Instant> last = new ConcurrentHashMap<>();

    void saw(NKey admin, Instant at) {
        last.put(admin.text(), at);
    }

    /** By public key. */
    public Map<String, Instant> last() {
        return Map.copyOf(last);
    }
}
