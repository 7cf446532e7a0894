// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;

/** Connections for one job: to one address, once. What goes wrong is told by what we get back. */
final class SingleUse {
    private static final Duration DIAL = Duration.ofSeconds(3);

    private SingleUse() {}

    /**
     * Connects, or fails within seconds.
     *
     * @param url one of the target's addresses
     * @param name shown in the server's connection list
     * @throws IOException if nobody is there, or we are not let in
     */
    static Connection connect(NatsTarget target, String url, String name)
            throws IOException, InterruptedException {
        Options.Builder options =
                new Options.Builder()
                        .server(url)
                        .connectionName(name)
                        .maxReconnects(0)
                        .ignoreDiscoveredServers()
                        .connectionTimeout(DIAL)
                        .socketWriteTimeout(DIAL)
                        .errorListener(new ErrorListener() {});
        target.tls().ifPresent(options::sslContext);
        Logins.apply(target.login(), options);
        return Nats.connect(options.build());
    }
}
