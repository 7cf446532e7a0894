// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.NKey;
import io.countersign.identity.Identity;
import java.time.Instant;
import java.util.UUID;

/**
 * One connection that we let in.
 *
 * @param server id of the server process; with {@code cid} it names the connection for good
 *     (reference 7.2)
 * @param userKey the key of the question that was answered
 * @param identity as proven when it was let in
 * @param serverName as people know the server
 * @param address of the client, as the server saw it
 * @param client MQTT client id, or empty
 * @param type how it is connected: {@code nats}, {@code websocket}, {@code mqtt} or {@code
 *     leafnode}
 * @param entry id of the audit entry of the decision
 */
public record Session(
        NKey server,
        String serverName,
        long cid,
        NKey userKey,
        Identity identity,
        String account,
        String address,
        String client,
        String type,
        Instant granted,
        Instant expires,
        UUID entry) {
    /** The identity, as one that is asked for again: it names this session and when it began. */
    public Identity resumable() {
        return new Identity(
                identity.principal(),
                identity.credential(),
                identity.groups(),
                identity.attributes(),
                identity.notAfter(),
                identity.origin().resumed(userKey.text(), granted));
    }
}
