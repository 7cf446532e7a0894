// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.callout.KnownServers;
import io.countersign.crypto.NKey;
import io.countersign.protocol.Deadline;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the servers of the system account. An id that was never seen is asked with {@code
 * $SYS.REQ.SERVER.<id>.IDZ}: a server of ours answers, anybody else is "no responders" at once
 * (design, decision 17). A yes is kept, because an id cannot be taken over without its key; a no is
 * kept for a second only, so that a server that just joined is not shut out. Thread-safe.
 */
final class ServerRoster implements KnownServers {
    private static final Logger log = LoggerFactory.getLogger(ServerRoster.class);
    private static final int KNOWN = 10_000;

    /** How long one question may take; the caller's deadline cuts it further. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final NatsLink system;
    private final Cache<NKey, Boolean> known = Caffeine.newBuilder().maximumSize(KNOWN).build();
    private final Cache<NKey, Boolean> strangers =
            Caffeine.newBuilder()
                    .maximumSize(KNOWN)
                    .expireAfterWrite(Duration.ofSeconds(1))
                    .build();
    private final ConcurrentMap<NKey, CompletableFuture<Boolean>> asking =
            new ConcurrentHashMap<>();

    ServerRoster(NatsLink system) {
        this.system = system;
    }

    @Override
    public boolean isKnown(NKey server, Deadline deadline) {
        if (known.getIfPresent(server) != null) {
            return true;
        }
        if (strangers.getIfPresent(server) != null) {
            return false;
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> running = asking.putIfAbsent(server, mine);
        if (running == null) {
            // One question at a time per id: a storm of first requests of a server asks once.
            ask(server, mine);
        }
        return await(running == null ? mine : running, deadline);
    }

    private static boolean await(CompletableFuture<Boolean> answer, Deadline deadline) {
        try {
            return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void ask(NKey server, CompletableFuture<Boolean> answer) {
        var _ = answer.whenComplete((yes, error) -> asking.remove(server));
        Optional<Connection> connection = system.connection();
        if (connection.isEmpty()) {
            log.warn(
                    "server {} is new and the system account cannot be asked now: request dropped",
                    server.text());
            answer.complete(false);
            return;
        }
        var _ =
                connection
                        .get()
                        .requestWithTimeout(
                                "$SYS.REQ.SERVER." + server.text() + ".IDZ", new byte[0], PATIENCE)
                        .whenComplete((message, error) -> answer.complete(isItself(server, error)));
    }

    /**
     * The client cancels the future for "no responders" and times it out otherwise (see the link's
     * options).
     */
    private boolean isItself(NKey server, @Nullable Throwable error) {
        if (error == null) {
            known.put(server, Boolean.TRUE);
            log.info("server {} is one of ours", server.text());
            return true;
        }
        if (error instanceof CancellationException) {
            strangers.put(server, Boolean.TRUE);
            log.warn("server {} is not one of ours: its requests are dropped", server.text());
        } else {
            log.warn("server {} did not say who it is: {}", server.text(), error.toString());
        }
        return false;
    }
}
