// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import java.util.Optional;

/**
 * Which sessions somebody means: those that match everything that is said. Texts are empty where
 * nothing is said.
 *
 * @param principal {@code source:name}
 * @param address the client's address or network
 * @param server id or name
 * @param session the user nkey of the question that was answered, or the one that first was
 * @param client MQTT client id
 */
public record SessionFilter(
        String principal,
        String account,
        Optional<Cidr> address,
        String server,
        String session,
        String client) {
    /** Every session. */
    public static final SessionFilter ALL = new SessionFilter("", "", Optional.empty(), "", "", "");

    /** True if it says nothing. */
    public boolean isAll() {
        return equals(ALL);
    }

    /** True if the session is meant. */
    public boolean matches(Session it) {
        return (principal.isEmpty() || principal.equals(it.identity().principal().toString()))
                && (account.isEmpty() || account.equals(it.account()))
                && (address.isEmpty() || address.get().contains(it.address()))
                && (server.isEmpty()
                        || server.equals(it.server().text())
                        || server.equals(it.serverName()))
                && (session.isEmpty()
                        || session.equals(it.userKey().text())
                        || session.equals(it.identity().origin().session()))
                && (client.isEmpty() || client.equals(it.client()));
    }
}
