// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.NKey;
import io.countersign.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of our keys each server has, learned from its last request: the only proof that a key is
 * not needed any more. A server that restarts comes with a new id, so what is here of an id that no
 * server has says nothing. Bounded; thread-safe.
 */
public final class KeysInUse {
    /** As many servers as a ring of keys remembers. */
    private static final long MOST_SERVERS = 4096;

    /** A request that says nothing new is noted this often. */
    private static final Duration GRAIN = Duration.ofSeconds(1);

    private final Cache<NKey, Use> uses =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_SERVERS).build();

    /**
     * What a server's last request told.
     *
     * @param xkey of ours that it was sealed for; empty if it was clear
     * @param subject the issuer (static) or callout account (operator) that the server expects
     */
    public record Use(
            NKey server, String name, Optional<NKey> xkey, String subject, Instant at) {}

    void saw(ServerId server, Optional<NKey> xkey, String subject, Instant at) {
        @Nullable Use last = uses.getIfPresent(server.id());
        boolean isNews =
                last == null
                        || !last.xkey().equals(xkey)
                        || !last.subject().equals(subject)
                        || at.isAfter(last.at().plus(GRAIN));
        if (isNews) {
            uses.put(server.id(), new Use(server.id(), server.name(), xkey, subject, at));
        }
    }

    /** One for each server, in no order. */
    public Collection<Use> all() {
        return List.copyOf(uses.asMap().values());
    }
}
