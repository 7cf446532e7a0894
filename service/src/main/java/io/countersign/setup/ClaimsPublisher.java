// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Reaches the account resolvers of the servers, over the system account (reference 7.5). */
public interface ClaimsPublisher {
    /**
     * One server.
     *
     * @param id its public key
     * @param name that it has in its configuration, or its id
     * @param operatorJwts of the operators that it trusts; none if its accounts are in its
     *     configuration
     */
    record Server(String id, String name, List<String> operatorJwts) {
        public Server {
            operatorJwts = List.copyOf(operatorJwts);
        }

        /** Without the tokens. */
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The servers at one moment.
     *
     * @param present those that answered
     * @param known how many they count themselves; one that just died is still among them
     * @param unreachable addresses that we were given and that did not let us in, with the reason
     */
    record Servers(List<Server> present, int known, List<String> unreachable) {
        public Servers {
            present = List.copyOf(present);
            unreachable = List.copyOf(unreachable);
        }
    }

    /** What one server said. */
    sealed interface ServerAnswer {
        /** Public key of the server. */
        String id();

        /** It has the JWT now. */
        record Accepted(String id) implements ServerAnswer {}

        /** It did not take it; {@code reason} is its own description. */
        record Refused(String id, String reason) implements ServerAnswer {}
    }

    /**
     * Asks who is there.
     *
     * @throws IOException if it could not be asked
     */
    Servers servers(Duration within) throws IOException;

    /**
     * Publishes on {@code $SYS.REQ.CLAIMS.UPDATE} and collects answers until the time is over or
     * that many servers have answered. Servers without a full resolver do not answer.
     *
     * @throws IOException if it could not be sent
     */
    List<ServerAnswer> push(byte[] accountJwt, int servers, Duration within) throws IOException;

    /**
     * Asks on {@code $SYS.REQ.ACCOUNT.<account>.CLAIMS.LOOKUP} what that many servers have now.
     *
     * @return their JWTs, each once; nothing if no server has one of it
     * @throws IOException if it could not be asked
     */
    List<byte[]> lookup(NKey account, int servers, Duration within) throws IOException;
}
