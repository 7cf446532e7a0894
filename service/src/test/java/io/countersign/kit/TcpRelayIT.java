// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpRelayIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private NatsServer server;
    private TcpRelay relay;

    @BeforeEach
    void start() {
        server = NatsServer.start(NatsBinary.NEWEST, "");
        relay = TcpRelay.to(server);
    }

    @AfterEach
    void stop() {
        relay.close();
        server.close();
    }

    private RawClient connect() {
        return RawClient.connect(relay.host(), relay.port());
    }

    @Test
    void delay_login_takesAtLeastThatLongInEachDirection() {
        try (RawClient client = connect()) {
            relay.delay(Duration.ofMillis(60));

            Login login = client.login(Map.of());
            assertThat(login).isInstanceOf(Login.Admitted.class);
            assertThat(login.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        }
    }

    @Test
    void blackHole_login_hearsNothingUntilHealed() {
        try (RawClient client = connect()) {
            relay.blackHole();
            assertThat(client.login(Map.of(), Duration.ofMillis(150)))
                    .isInstanceOf(Login.TimedOut.class);

            relay.heal();
            assertThat(client.awaitLogin(LIMIT)).isInstanceOf(Login.Admitted.class);
        }
    }

    @Test
    void cut_connections_endAndComeBackOnlyWhenHealed() {
        try (RawClient client = connect()) {
            client.login(Map.of());
            assertThat(relay.connections()).isEqualTo(1);
            relay.cut();

            assertThat(client.awaitClosed(LIMIT)).isTrue();
            assertThatThrownBy(this::connect).isInstanceOf(UncheckedIOException.class);
            Wait.until("both sides gone", LIMIT, () -> relay.connections() == 0);
            relay.heal();
            try (RawClient again = connect()) {
                assertThat(again.login(Map.of())).isInstanceOf(Login.Admitted.class);
            }
        }
    }

    @Test
    void cut_duringABlackHole_endsTheConnectionToo() {
        try (RawClient client = connect()) {
            relay.blackHole();
            client.sendConnect(Map.of());
            relay.cut();

            assertThat(client.awaitClosed(LIMIT)).isTrue();
            Wait.until("both sides gone", LIMIT, () -> relay.connections() == 0);
        }
    }

    @Test
    void server_dies_clientIsTold() {
        try (RawClient client = connect()) {
            client.login(Map.of());
            server.kill();

            assertThat(client.awaitClosed(LIMIT)).isTrue();
        }
    }
}
