// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.KeyedHash;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What instances tell one another through a real server. */
class HeartbeatsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A minute, shortened. */
    private static final Duration DISAGREEING = Duration.ofMillis(300);

    private volatile String revisionOfB = "new";

    // Issue: instances that disagree on the revision for more than a minute say so.
    @SuppressWarnings("try") // nobody interrupts a test while jnats closes
    @Test
    void instancesOfDifferentRevisions_bothSaySoUntilTheyAgree() throws Exception {
        Revisions ofA = new Revisions("a", () -> "new", DISAGREEING, System::nanoTime);
        Revisions ofB = new Revisions("b", () -> revisionOfB, DISAGREEING, System::nanoTime);
        try (NatsServer server = NatsServer.start(NatsBinary.NEWEST, "");
                Connection connectionOfA = Nats.connect(server.url());
                Connection connectionOfB = Nats.connect(server.url());
                Heartbeats a = heartbeats("a", ofA);
                Heartbeats b = heartbeats("b", ofB)) {
            a.subscribe(connectionOfA);
            b.subscribe(connectionOfB);
            Wait.until(
                    "they hear one another",
                    PATIENCE,
                    () -> a.others().equals(List.of("b")) && b.others().equals(List.of("a")));
            assertThat(ofA.complaint()).isEmpty();

            revisionOfB = "old";
            Wait.until(
                    "both say so",
                    PATIENCE,
                    () -> ofA.complaint().isPresent() && ofB.complaint().isPresent());
            assertThat(ofA.complaint()).contains("a has new, b has old");

            revisionOfB = "new";
            Wait.until(
                    "all is well",
                    PATIENCE,
                    () -> ofA.complaint().isEmpty() && ofB.complaint().isEmpty());
        }
    }

    private static Heartbeats heartbeats(String instance, Revisions revisions) {
        return new Heartbeats(
                instance,
                1,
                new PeerSeal(KeyedHash.of(new byte[32]), new SecureRandom(), Clock.systemUTC()),
                List::of,
                revisions,
                new Kicker(Optional.empty()),
                (name, ended) -> {},
                Heartbeats.Rhythm.DEFAULT);
    }
}
