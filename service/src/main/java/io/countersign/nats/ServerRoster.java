// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.callout.KnownServers;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.protocol.Deadline;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the servers of the system account. An id that was never seen is asked with {@code
 * $SYS.REQ.SERVER.<id>.IDZ}: a server of ours answers, anybody else is "no responders" at once
 * (design, decision 17). A yes is kept, because an id cannot be taken over without its key; a no is
 * kept for a second only, so that a server that just joined is not shut out. All servers are asked
 * at each new connection, so that the first logins of a storm need not wait for it. Thread-safe.
 */
final class ServerRoster implements KnownServers {
    private static final Logger log = LoggerFactory.getLogger(ServerRoster.class);
    private static final int KNOWN = 10_000;

    /** How long one question may take; the caller's deadline cuts it further. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVERYBODY = "$SYS.REQ.SERVER.PING.IDZ";

    private final Supplier<Optional<Connection>> system;
    private final Cache<NKey, Boolean> known = Caffeine.newBuilder().maximumSize(KNOWN).build();
    private final Cache<NKey, Boolean> strangers =
            Caffeine.newBuilder()
                    .maximumSize(KNOWN)
                    .expireAfterWrite(Duration.ofSeconds(1))
                    .build();
    private final ConcurrentMap<NKey, CompletableFuture<Boolean>> asking =
            new ConcurrentHashMap<>();

    /**
     * Knows nobody yet.
     *
     * @param system the connection to the system account, if it stands
     */
    ServerRoster(Supplier<Optional<Connection>> system) {
        this.system = system;
    }

    /** Asks all servers who they are; answers are heard as long as the connection stands. */
    void meet(Connection connection) {
        String inbox = connection.createInbox();
        connection.createDispatcher(this::heard).subscribe(inbox);
        connection.publish(EVERYBODY, inbox, new byte[0]);
    }

    private void heard(Message answer) {
        try {
            String id = JSON.readTree(answer.getData()).path("id").asText();
            NKey server = NKey.parse(id, NKeyType.SERVER);
            known.put(server, Boolean.TRUE);
            strangers.invalidate(server);
        } catch (IOException | InvalidKey e) {
            log.debug("{}: an answer without a server's id", EVERYBODY);
        }
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
        Optional<Connection> connection = system.get();
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
