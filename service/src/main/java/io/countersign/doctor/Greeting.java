// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.PlainConnection;
import java.time.Instant;
import java.util.Optional;

/**
 * What a server says of itself before any login.
 *
 * @param isClosed whether it wants a login; false with {@code no_auth_user}
 * @param certificateEnds when the first of its certificates expires; empty without TLS
 */
record Greeting(
        String id,
        String name,
        String version,
        boolean isClosed,
        Optional<Instant> certificateEnds) {
    static Greeting of(PlainConnection connection) {
        return new Greeting(
                connection.serverId(),
                connection.serverName(),
                connection.info().path("version").asText("?"),
                connection.info().path("auth_required").asBoolean(),
                connection.certificateEnds());
    }

    @Override
    public String toString() {
        return name + ", nats-server " + version;
    }
}
