// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.cluster.Alone;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Requests that come more than once. */
class AdminDeskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final byte[] NOTHING = "{}".getBytes(UTF_8);
    private static final String ID = "0123456789abcdef0123456789abcdef";

    /** Says what it was asked. */
    private record Echo(Alone once) implements AdminDesk.Acts {
        @Override
        public boolean isView(String verb) {
            return true;
        }

        @Override
        public boolean takeOnce(String id) {
            return once.takeOnce(id, PATIENCE);
        }

        @Override
        public byte[] act(String verb, byte[] body, String author) {
            return verb.getBytes(UTF_8);
        }

        @Override
        public byte[] refusal(String why) {
            return ("refused: " + why).getBytes(UTF_8);
        }
    }

    /** As over two links, while one replaces the other: no answer says that it was refused. */
    @Test
    void each_comesTwice_isAnsweredOnce() throws Exception {
        try (Desk desk = Desk.start()) {
            assertThat(desk.client.request("each.look", NOTHING, PATIENCE, ID, ""))
                    .asString(UTF_8)
                    .isEqualTo("each.look");
            assertThatThrownBy(() -> desk.client.request("each.look", NOTHING, SILENCE, ID, ""))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("no instance answered");
        }
    }

    @Test
    void group_comesTwice_isRefusedTheSecondTime() throws Exception {
        try (Desk desk = Desk.start()) {
            assertThat(desk.client.request("look", NOTHING, PATIENCE, ID, ""))
                    .asString(UTF_8)
                    .isEqualTo("look");
            assertThat(desk.client.request("look", NOTHING, PATIENCE, ID, ""))
                    .asString(UTF_8)
                    .isEqualTo("refused: this request was taken before");
        }
    }

    /** Both desks of one instance, and an administrator. */
    private record Desk(NatsServer server, AdminClient client) implements AutoCloseable {
        static Desk start() throws Exception {
            NatsServer server = NatsServer.start(NatsBinary.NEWEST, "");
            Ed25519 ed25519 = Ed25519.best();
            try (Seed seed = Seed.generate(NKeyType.USER, new SecureRandom())) {
                Signer admin = ed25519.signer(seed);
                Map<String, AdminDesk.Admin> admins =
                        Map.of(admin.key().text(), new AdminDesk.Admin("ops", true));
                Echo acts = new Echo(new Alone("a"));
                Connection link =
                        Nats.connect(Options.builder().server(server.url()).noReconnect().build());
                for (AdminDesk desk :
                        List.of(
                                new AdminDesk(
                                        "test",
                                        () -> admins,
                                        new AdminUses(),
                                        ed25519,
                                        acts,
                                        Clock.systemUTC()),
                                AdminDesk.forEach(
                                        "test",
                                        () -> admins,
                                        new AdminUses(),
                                        ed25519,
                                        acts,
                                        Clock.systemUTC()))) {
                    desk.subscribe(link);
                }
                link.flush(PATIENCE);
                return new Desk(
                        server,
                        AdminClient.connect(
                                new NatsTarget(
                                        List.of(server.url()),
                                        new NatsLogin.Anonymous(),
                                        Optional.empty()),
                                admin,
                                "test",
                                new SecureRandom(),
                                Clock.systemUTC()));
            }
        }

        @Override
        public void close() {
            client.close();
            server.close(); // the link ends with it
        }
    }
}
