// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NatsServerIT {
    private static final String ANN =
            """
            authorization { users: [ { user: ann, password: wrench } ] }
            """;
    private static final String BEN =
            """
            authorization { users: [ { user: ben, password: hammer } ] }
            """;
    private static final Map<String, Object> AS_ANN = Map.of("user", "ann", "pass", "wrench");
    private static final Map<String, Object> AS_BEN = Map.of("user", "ben", "pass", "hammer");

    @ParameterizedTest
    @EnumSource
    void start_anyConfiguration_isReadyAndOfTheLineAskedFor(NatsBinary binary) {
        try (NatsServer server =
                NatsServer.start(
                        binary, "websocket { listen: \"127.0.0.1:${port:web}\", no_tls: true }")) {
            String version = server.monitor("/varz").path("version").asText();

            assertThat(binary == NatsBinary.V2_10).isEqualTo(version.startsWith("2.10."));
            assertThat(server.monitor("/varz").path("websocket").path("port").asInt())
                    .isEqualTo(server.port("web"));
            assertThat(server.log()).contains("Server is ready");
        }
    }

    @ParameterizedTest
    @EnumSource
    void start_brokenConfiguration_throwsWithTheServersOwnWords(NatsBinary binary) {
        assertThatThrownBy(() -> NatsServer.start(binary, "no_such_field: 1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown field \"no_such_field\"");
    }

    @ParameterizedTest
    @EnumSource
    void start_file_staysWhereItIs(NatsBinary binary) throws Exception {
        try (Workspace workspace = Workspace.create("countersign-kit-")) {
            Files.writeString(workspace.dir().resolve("users.conf"), ANN);
            var file =
                    Files.writeString(workspace.dir().resolve("main.conf"), "include users.conf");

            try (NatsServer server = NatsServer.start(binary, file);
                    RawClient client = RawClient.connect(server)) {
                assertThat(client.login(AS_ANN)).isInstanceOf(Login.Admitted.class);
            }
            assertThat(file).exists();
        }
    }

    @ParameterizedTest
    @EnumSource
    void reload_goodConfiguration_isInForce(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, ANN)) {
            assertThat(server.reload(BEN)).isEqualTo(new NatsServer.Reload.Done());

            try (RawClient ann = RawClient.connect(server);
                    RawClient ben = RawClient.connect(server)) {
                assertThat(ann.login(AS_ANN)).isInstanceOf(Login.Refused.class);
                assertThat(ben.login(AS_BEN)).isInstanceOf(Login.Admitted.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reload_brokenConfiguration_isRefusedAndTheOldOneStays(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, ANN)) {
            assertThat(server.reload("no_such_field: 1"))
                    .isInstanceOfSatisfying(
                            NatsServer.Reload.Refused.class,
                            refused -> assertThat(refused.reason()).contains("no_such_field"));

            try (RawClient ann = RawClient.connect(server)) {
                assertThat(ann.login(AS_ANN)).isInstanceOf(Login.Admitted.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void restart_afterKill_isANewServerInTheSamePlace(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, ANN)) {
            String url = server.url();
            long pid = server.pid();
            RawClient before = RawClient.connect(server);
            server.kill();

            assertThat(server.isAlive()).isFalse();
            assertThat(before.awaitClosed(Duration.ofSeconds(10))).isTrue();
            assertThatThrownBy(() -> RawClient.connect(server))
                    .isInstanceOf(UncheckedIOException.class);

            server.restart();
            try (RawClient after = RawClient.connect(server)) {
                assertThat(after.login(AS_ANN)).isInstanceOf(Login.Admitted.class);
                assertThat(after.info().path("server_id"))
                        .isNotEqualTo(before.info().path("server_id"));
            }
            assertThat(server.url()).isEqualTo(url);
            assertThat(server.pid()).isNotEqualTo(pid);
            before.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sigstop_clientAsks_hearsNothingUntilSigcont(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, ANN);
                RawClient client = RawClient.connect(server)) {
            server.sigstop();
            assertThat(client.login(AS_ANN, Duration.ofMillis(200)))
                    .isInstanceOf(Login.TimedOut.class);

            server.sigcont();
            assertThat(client.awaitLogin(Duration.ofSeconds(10)))
                    .isInstanceOf(Login.Admitted.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void close_anyServer_leavesNoProcessAndNoFile(NatsBinary binary) {
        NatsServer server = NatsServer.start(binary, ANN);
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        server.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(server.dir()).doesNotExist();
    }
}
