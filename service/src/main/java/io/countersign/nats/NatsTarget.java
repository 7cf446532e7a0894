// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where to connect and as whom.
 *
 * @param servers URLs; others of the cluster are learnt from the first that answers
 */
public record NatsTarget(List<String> servers, NatsLogin login, Optional<SSLContext> tls) {
    public NatsTarget {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: empty (expected: at least one URL)");
        }
    }
}
