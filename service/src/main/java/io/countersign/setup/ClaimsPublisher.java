// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reaches the account resolvers of the servers, over the system account (reference 7.5). */
public interface ClaimsPublisher {
    /** What one server said. */
    sealed interface ServerAnswer {
        /** Name of the server, or its id where it has none. */
        String server();

        /** It has the JWT now. */
        record Accepted(String server) implements ServerAnswer {}

        /** It did not take it; {@code reason} is its own description. */
        record Refused(String server, String reason) implements ServerAnswer {}
    }

    /**
     * Publishes on {@code $SYS.REQ.CLAIMS.UPDATE} and collects answers until the time is over or
     * every server that is known has answered. Servers without a full resolver do not answer.
     *
     * @throws IOException if it could not be sent
     */
    List<ServerAnswer> push(byte[] accountJwt, Duration within) throws IOException;

    /**
     * Asks on {@code $SYS.REQ.ACCOUNT.<account>.CLAIMS.LOOKUP} what servers have now.
     *
     * @return the first answer that is not empty; nothing if no server has a JWT of it
     * @throws IOException if it could not be asked
     */
    Optional<byte[]> lookup(NKey account, Duration within) throws IOException;
}
