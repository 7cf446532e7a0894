// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.List;

/**
 * What the server says about the connection (reference 1.4.2). Texts are empty when absent.
 *
 * @param host the client's address as the server sees it
 * @param id connection id (cid) on that server; unsigned
 * @param user never to be logged: old servers put a raw token here
 * @param nonce the connection's nonce; empty unless the client sent a signature and the server
 *     makes nonces
 */
public record ClientInfo(
        String host,
        long id,
        String user,
        String name,
        List<String> tags,
        String nameTag,
        String kind,
        String type,
        String mqttId,
        String nonce) {
    public ClientInfo {
        tags = List.copyOf(tags);
    }

    /** Leaves out {@link #user()}, which may be a secret. */
    @Override
    public String toString() {
        return "ClientInfo[host=%s, id=%d, kind=%s, type=%s]".formatted(host, id, kind, type);
    }
}
