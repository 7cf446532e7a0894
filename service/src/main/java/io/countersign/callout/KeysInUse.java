// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.NKey;
import io.countersign.protocol.ServerId;
import io.countersign.protocol.TokenIssuer;
import io.countersign.protocol.VerifiedRequest;
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

    /** Different sentinels that are remembered with who signed them. */
    private static final long MOST_SENTINELS = 64;

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
    public record Use(NKey server, String name, Optional<NKey> xkey, String subject, Instant at) {}

    /**
     * A sentinel that clients of a server came with: their own, or the server's default.
     *
     * @param key that signed it
     */
    public record Sentinel(NKey server, String name, String key, Instant at) {}

    /** A kind of sentinel at a server. */
    private record Seen(NKey server, String key) {}

    private final Cache<Seen, Sentinel> sentinels =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_SERVERS).build();

    /** Sentinels are few, and each login of operator mode has one: none is read twice. */
    private final Cache<String, Optional<String>> signers =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_SENTINELS).build();

    void saw(VerifiedRequest request, Optional<NKey> xkey, Instant at) {
        ServerId server = request.server();
        String subject = request.subject();
        @Nullable Use last = uses.getIfPresent(server.id());
        boolean isNews =
                last == null
                        || !last.xkey().equals(xkey)
                        || !last.subject().equals(subject)
                        || at.isAfter(last.at().plus(GRAIN));
        if (isNews) {
            uses.put(server.id(), new Use(server.id(), server.name(), xkey, subject, at));
        }
        String jwt = request.connect().jwt();
        if (!jwt.isEmpty()) {
            sentinel(server, jwt, at);
        }
    }

    /** Every one counts: clients of one server bring different ones. */
    private void sentinel(ServerId server, String jwt, Instant at) {
        Optional<String> key = signers.get(jwt, TokenIssuer::of);
        if (key.isEmpty()) {
            return;
        }
        Seen seen = new Seen(server.id(), key.get());
        @Nullable Sentinel last = sentinels.getIfPresent(seen);
        if (last == null || at.isAfter(last.at().plus(GRAIN))) {
            sentinels.put(seen, new Sentinel(server.id(), server.name(), key.get(), at));
        }
    }

    /** The last of each kind at each server, in no order. */
    public Collection<Sentinel> sentinels() {
        return List.copyOf(sentinels.asMap().values());
    }

    /** One for each server, in no order. */
    public Collection<Use> all() {
        return List.copyOf(uses.asMap().values());
    }
}
