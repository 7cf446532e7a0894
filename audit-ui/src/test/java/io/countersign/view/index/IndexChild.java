// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A view without pages, in a process of its own that can be killed: URL and index address. */
public final class IndexChild {
    private IndexChild() {}

    public static void main(String[] args) throws Exception {
        try (AuditIndex index = AuditIndex.open(args[1]);
                AuditLink link = link(args[0])) {
            Feed.ofStream(link, index, new Reading(Clock.systemUTC())).run();
        }
    }

    static AuditLink link(String url) throws InterruptedException {
        NatsTarget target =
                new NatsTarget(List.of(url), new NatsLogin.Anonymous(), Optional.empty());
        AuditLink link = AuditLink.reading(target, "index child");
        if (!link.awaitFirst(Duration.ofSeconds(60))) {
            throw new IllegalStateException("no connection to " + url);
        }
        return link;
    }
}
