// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriterPresenceIT {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @Test
    void ask_whileOneConnectionReplacesAnother_findsNoRivalInItself() throws Exception {
        WriterPresence one = new WriterPresence("a", "process 1");
        try (NatsServer server = NatsServer.start(NatsBinary.NEWEST, "")) {
            Connection old = connect(server);
            Connection fresh = connect(server);
            one.subscribe(old);
            old.flush(LIMIT);

            assertThat(one.ask(fresh, LIMIT)).isEmpty();
        }
    }

    @Test
    void ask_anotherProcessOfTheName_isFound() throws Exception {
        WriterPresence one = new WriterPresence("a", "process 1");
        WriterPresence other = new WriterPresence("a", "process 2");
        try (NatsServer server = NatsServer.start(NatsBinary.NEWEST, "")) {
            Connection mine = connect(server);
            Connection others = connect(server);
            one.subscribe(mine);
            other.subscribe(others);
            others.flush(LIMIT);

            assertThat(one.ask(mine, LIMIT)).contains("process 2");
        }
    }

    /** It ends with its server. */
    private static Connection connect(NatsServer server) throws Exception {
        return Nats.connect(new Options.Builder().server(server.url()).noReconnect().build());
    }
}
