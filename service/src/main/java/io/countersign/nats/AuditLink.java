// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.WriterPresence;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A connection to the operations account for the audit stream alone, so that a backlog of entries
 * never delays an administrator's request. Thread-safe.
 */
public final class AuditLink implements StreamLink {
    private final NatsLink link;

    private AuditLink(NatsLink link) {
        this.link = link;
    }

    /** Begins to dial, for an instance that writes a log. */
    public static AuditLink writing(NatsTarget target, String instance, WriterPresence presence) {
        return started(new NatsLink(target, instance + " audit", presence::subscribe));
    }

    /** Begins to dial, for somebody who only reads. */
    public static AuditLink reading(NatsTarget target, String name) {
        return started(new NatsLink(target, name, _ -> {}));
    }

    private static AuditLink started(NatsLink link) {
        link.start();
        return new AuditLink(link);
    }

    /** Where it is; empty while it is nowhere. */
    public Optional<LinkPlace> at() {
        return link.at();
    }

    @Override
    public Optional<Connection> connection() {
        return link.connection();
    }

    @Override
    public boolean awaitFirst(Duration limit) throws InterruptedException {
        try {
            link.firstReady().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException _) {
            return false;
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
