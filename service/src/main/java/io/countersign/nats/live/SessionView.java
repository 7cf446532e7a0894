// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.Session;

/** A session as administrators see it: no groups, no attributes. */
final class SessionView {
    private SessionView() {}

    static ObjectNode json(Session session, String instance) {
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        json.put("principal", session.identity().principal().toString());
        json.put("account", session.account()).put("address", session.address());
        json.put("type", session.type());
        if (!session.client().isEmpty()) {
            json.put("client", session.client());
        }
        json.put("credential", session.identity().credential().kind().word());
        json.put("fingerprint", session.identity().credential().fingerprint());
        json.put("server", session.server().text()).put("server-name", session.serverName());
        json.put("cid", Long.toUnsignedString(session.cid()));
        json.put("session", session.userKey().text());
        json.put("granted", session.granted().toString());
        json.put("expires", session.expires().toString());
        json.put("entry", session.entry().toString());
        return json.put("instance", instance);
    }
}
