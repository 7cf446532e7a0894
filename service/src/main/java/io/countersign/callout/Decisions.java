// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.policy.Reason;
import io.countersign.protocol.VerifiedRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Decisions of the last minutes by connection, so that what the server reports later can be tied to
 * them (reference 2.9). Thread-safe, bounded.
 */
public final class Decisions {
    private static final int KEPT = 100_000;
    private static final Duration FOR = Duration.ofMinutes(5);

    /** Server id and cid: the two facts that every server event carries. */
    private record Key(String server, long cid) {}

    /**
     * One decision.
     *
     * @param refusal empty if the client was let in
     */
    public record Made(UUID entry, Optional<Reason> refusal) {}

    private final Cache<Key, Made> made =
            Caffeine.newBuilder().maximumSize(KEPT).expireAfterWrite(FOR).build();

    void made(VerifiedRequest request, UUID entry, Optional<Reason> refusal) {
        made.put(
                new Key(request.server().id().text(), request.client().id()),
                new Made(entry, refusal));
    }

    /** The last decision about a connection, if it was ours and is not old. */
    public Optional<Made> about(String server, long cid) {
        return Optional.ofNullable(made.getIfPresent(new Key(server, cid)));
    }
}
