// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends single connections over the system account (reference 7.2): clients of every kind, and leaf
 * nodes. A server never uses a cid twice, so a late kick hits nobody else. Thread-safe.
 */
public final class Kicker {
    /** What came of it. */
    public enum Kick {
        /** The server closed it. */
        ENDED,
        /** The server has no such connection: it had ended before. */
        GONE,
        /** No server of that id can be reached: it is down, or cut off from ours. */
        UNREACHABLE,
        /** Nobody said that it was done. */
        FAILED
    }

    private static final Logger log = LoggerFactory.getLogger(Kicker.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String UNKNOWN = "no such client";

    private final Optional<Supplier<Optional<Connection>>> system;

    /** {@code system}: the connection to the system account; empty without credentials for it. */
    public Kicker(Optional<Supplier<Optional<Connection>>> system) {
        this.system = system;
    }

    /** False without system credentials: then nothing is ever kicked. */
    public boolean isAble() {
        return system.isPresent();
    }

    /** Ends a connection; completes within a second or so, never exceptionally. */
    public CompletableFuture<Kick> kick(String server, long cid) {
        Optional<Connection> connection = system.flatMap(Supplier::get);
        if (connection.isEmpty()) {
            return CompletableFuture.completedFuture(Kick.FAILED);
        }
        byte[] question =
                "{\"cid\":%s}"
                        .formatted(Long.toUnsignedString(cid))
                        .getBytes(StandardCharsets.US_ASCII);
        try {
            return connection
                    .get()
                    .requestWithTimeout("$SYS.REQ.SERVER." + server + ".KICK", question, PATIENCE)
                    .handle(Kicker::outcome);
        } catch (IllegalStateException e) {
            return CompletableFuture.completedFuture(Kick.FAILED);
        }
    }

    /** The client library cancels a question that nobody takes. */
    private static Kick outcome(@Nullable Message answer, @Nullable Throwable error) {
        if (error instanceof CancellationException) {
            return Kick.UNREACHABLE;
        }
        return error != null || answer == null ? Kick.FAILED : outcome(answer.getData());
    }

    /** Success is the absence of an error. */
    static Kick outcome(byte[] answer) {
        try {
            JsonNode json = JSON.readTree(answer);
            JsonNode error = json.path("error");
            if (error.isMissingNode()) {
                return json.path("server").path("id").asText("").isEmpty()
                        ? Kick.FAILED
                        : Kick.ENDED;
            }
            String why = error.path("description").asText("");
            if (why.contains(UNKNOWN)) {
                return Kick.GONE;
            }
            log.warn("a server did not end a connection: {}", why);
            return Kick.FAILED;
        } catch (IOException e) {
            return Kick.FAILED;
        }
    }
}
