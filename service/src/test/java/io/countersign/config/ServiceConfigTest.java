// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.ServiceConfig.AcceptServers;
import io.countersign.config.ServiceConfig.Durability;
import io.countersign.config.ServiceConfig.ListenAddress;
import io.countersign.config.ServiceConfig.WhenUnable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceConfigTest {
    @TempDir Path temporary;
    private ConfigFolder folder;

    @BeforeEach
    void prepare() {
        folder = ConfigFolder.in(temporary);
    }

    @Test
    void load_everyKeyOfOperatorMode_isRead() throws Exception {
        ServiceConfig config = load("countersign-operator-full.yaml");

        assertThat(config.instance()).isEqualTo("node-7");
        assertThat(config.cluster()).isEqualTo("production");
        assertThat(config.mode())
                .isEqualTo(
                        new Mode.Operator(
                                "A" + "A".repeat(55),
                                Map.of(
                                        "APP",
                                        new Mode.Account(
                                                "A" + "B".repeat(55),
                                                List.of(
                                                        kept(file("keys/app.nk")),
                                                        kept(file("keys/app-old.nk"))),
                                                false),
                                        "billing.eu",
                                        new Mode.Account(
                                                "A" + "C".repeat(55),
                                                List.of(
                                                        kept(
                                                                new SecretSource.Credential(
                                                                        "from-systemd"))),
                                                true))));
        assertThat(config.mode().accountNames()).containsExactly("APP", "billing.eu");
        assertThat(config.nats())
                .isEqualTo(
                        new NatsConfig(
                                List.of(
                                        "tls://nats-1.example.com:4222",
                                        "wss://nats-2.example.com:443/"),
                                new Login.Credentials(file("creds/callout.creds")),
                                Optional.of(new Login.Credentials(file("creds/operations.creds"))),
                                Optional.of(
                                        new Login.Credentials(
                                                new SecretSource.Credential("from-systemd"))),
                                4,
                                "callouts",
                                Optional.of(
                                        new NatsConfig.Tls(
                                                Optional.of(path("ca.pem")),
                                                Optional.of(
                                                        new NatsConfig.ClientCertificate(
                                                                path("client.pem"),
                                                                file("client.key")))))));
        assertThat(config.keys().isSealed()).isTrue();
        assertThat(config.keys().xkeys())
                .containsExactly(file("keys/xkey.nk"), file("keys/xkey-old.nk"));
        assertThat(config.keys().issuers())
                .containsExactly(
                        kept(new SecretSource.Environment("THERE")),
                        kept(file("keys/issuer-old.nk")),
                        new SigningKey.InTransit(vault(), "team/transit", "issuer", 12),
                        new SigningKey.OnToken(
                                new SigningKey.TokenAccess(
                                        path("plugin.jar"),
                                        "countersign",
                                        new SecretSource.InVault(
                                                vault(), "secret", "countersign/hsm", "pin")),
                                "issuer"));
        assertThat(config.policy()).isEqualTo(path("rules/policy.yaml"));
        assertThat(config.users()).contains(Path.of("/etc/countersign/users.yaml"));
        assertThat(config.limits())
                .isEqualTo(
                        new ServiceConfig.Limits(100, 32, Duration.ofMillis(1200), Duration.ZERO));
        assertThat(config.whenUnable()).isEqualTo(WhenUnable.DENY);
        assertThat(config.acceptServers()).isEqualTo(AcceptServers.ANY);
        assertThat(config.passwordCache())
                .isEqualTo(new ServiceConfig.PasswordCache(0, Duration.ofSeconds(90)));
        assertThat(config.audit())
                .isEqualTo(
                        new ServiceConfig.Audit(
                                Path.of("/var/lib/countersign/audit"),
                                Durability.REPLICATED,
                                0,
                                new ServiceConfig.Retention(
                                        Optional.of(Duration.ofDays(90)),
                                        OptionalLong.of(50L << 30)),
                                new ServiceConfig.Stream(
                                        OptionalInt.of(5),
                                        Optional.of(Duration.ofDays(400)),
                                        OptionalLong.of(20L << 30),
                                        false,
                                        true),
                                Optional.of(Duration.ofMinutes(5)),
                                sinks()));
        assertThat(config.telemetry().listen()).contains(new ListenAddress("::1", 9465));
        assertThat(config.telemetry().traces())
                .contains(
                        new TelemetryConfig.Traces(
                                URI.create("https://collector.example.com/v1/traces"),
                                10,
                                Optional.of(tls()),
                                Optional.of(new SecretSource.Credential("from-systemd"))));
        assertThat(config.clusterNetwork())
                .contains(
                        new ClusterNetwork(
                                new ListenAddress("10.0.0.5", 5702),
                                List.of(
                                        "10.0.0.5:5702",
                                        "[fd00::6]:5702",
                                        "peers.example.com:5702",
                                        "srv:_grid._tcp.example.com"),
                                5));
        assertThat(config.admins())
                .containsExactly(new Admin("ann", "U" + "A".repeat(55), Admin.Role.OPERATE));
    }

    private static SigningKey kept(SecretSource seed) {
        return new SigningKey.Kept(seed);
    }

    private VaultAccess vault() {
        return new VaultAccess(
                URI.create("https://vault.example.com:8200"),
                new SecretSource.Environment("THERE"),
                Optional.of("team-a/nats"),
                Optional.of(tls()));
    }

    private NatsConfig.Tls tls() {
        return new NatsConfig.Tls(
                Optional.of(path("ca.pem")),
                Optional.of(
                        new NatsConfig.ClientCertificate(path("client.pem"), file("client.key"))));
    }

    private List<SinkConfig> sinks() {
        NatsConfig.Tls tls =
                new NatsConfig.Tls(
                        Optional.of(path("ca.pem")),
                        Optional.of(
                                new NatsConfig.ClientCertificate(
                                        path("client.pem"),
                                        new SecretSource.File(path("client.key")))));
        return List.of(
                new SinkConfig(
                        "kept",
                        SinkConfig.Format.JSONL,
                        new SinkConfig.ToFile(path("siem/audit.jsonl"), 1 << 30, 3)),
                new SinkConfig(
                        "logs",
                        SinkConfig.Format.JSONL,
                        new SinkConfig.ToSyslog("logs.example.com", 6514, true, Optional.of(tls))),
                new SinkConfig(
                        "here",
                        SinkConfig.Format.JSONL,
                        new SinkConfig.ToSyslog("127.0.0.1", 5140, false, Optional.empty())),
                new SinkConfig(
                        "siem",
                        SinkConfig.Format.OCSF,
                        new SinkConfig.ToWebhook(
                                URI.create("https://siem.example.com:8443/events?source=nats"),
                                Optional.empty(),
                                Optional.of(new SecretSource.Credential("from-systemd")))));
    }

    @Test
    void load_everyFormOfStaticMode_isRead() throws Exception {
        ServiceConfig config = load("countersign-static-full.yaml");

        assertThat(config.instance()).isEqualTo("1");
        assertThat(config.mode())
                .isInstanceOfSatisfying(
                        Mode.Static.class,
                        mode -> {
                            assertThat(mode.calloutAccount()).contains("AUTH");
                            assertThat(mode.accountNames()).containsExactly("$G", "APP");
                        });
        assertThat(config.nats().callout())
                .isEqualTo(new Login.UserPassword("auth", file("creds/password")));
        assertThat(config.nats().operations())
                .contains(new Login.UserPassword("ops", new SecretSource.Environment("THERE")));
        assertThat(config.nats().system()).contains(new Login.NkeySeed(file("keys/user.nk")));
        assertThat(config.nats().tls())
                .contains(new NatsConfig.Tls(Optional.of(path("ca.pem")), Optional.empty()));
        assertThat(config.keys().isSealed()).isFalse();
        assertThat(config.acceptServers()).isEqualTo(AcceptServers.KNOWN);
        assertThat(config.audit().spool()).isEqualTo(5000);
        assertThat(config.telemetry().listen()).isEmpty();
    }

    @Test
    void load_defaultsWrittenOut_areTheDefaults() throws Exception {
        assertThat(load("countersign-static-defaults.yaml"))
                .isEqualTo(load("countersign-static-minimal.yaml"));
    }

    @Test
    void load_smallestOperatorFile_isEnough() throws Exception {
        assertThat(load("countersign-operator-minimal.yaml").mode().accountNames())
                .containsExactly("APP");
    }

    @Test
    void load_systemCredentials_makeOnlyKnownServersAcceptedByDefault() throws Exception {
        String text = text("countersign-static-full.yaml").replace("accept-servers: known\n", "");

        assertThat(load(text, folder.surroundings()).acceptServers())
                .isEqualTo(AcceptServers.KNOWN);
    }

    @Test
    void load_withoutInstance_takesTheShortHostName() throws Exception {
        assertThat(load("countersign-static-minimal.yaml").instance()).isEqualTo("node-1");
    }

    @Test
    void load_hostNameTooLongForADefault_asksForAName() throws Exception {
        Surroundings longName =
                new Surroundings(Map.of(), Optional.of("a".repeat(33) + ".example.com"));

        assertThatThrownBy(() -> load(text("countersign-static-minimal.yaml"), longName))
                .hasMessageStartingWith(
                        "countersign.yaml:1: instance: missing, and the host name is no default");
    }

    @Test
    void load_unknownHostName_asksForAName() {
        Surroundings nameless = new Surroundings(Map.of(), Optional.empty());

        assertThatThrownBy(() -> load(text("countersign-static-minimal.yaml"), nameless))
                .isInstanceOf(ConfigInvalid.class);
    }

    @Test
    void load_credentialWithoutSystemd_saysWhatIsMissing() {
        Surroundings bare = new Surroundings(Map.of("THERE", "x"), Optional.of("a"));

        assertThatThrownBy(() -> load(text("countersign-operator-full.yaml"), bare))
                .hasMessageContaining("CREDENTIALS_DIRECTORY is not set");
    }

    @Test
    void load_missingFile_isAProblemOfIt() {
        Path missing = path("no.yaml");

        assertThatThrownBy(() -> ServiceConfig.load(missing, folder.surroundings()))
                .isInstanceOfSatisfying(
                        ConfigInvalid.class,
                        invalid ->
                                assertThat(invalid.problems())
                                        .containsExactly(
                                                new Problem(missing, 0, "", "no such file")));
    }

    @Test
    void toString_ofAConfiguration_holdsNoSecret() throws Exception {
        Files.writeString(path("creds/password"), "hunter2");

        assertThat(load("countersign-static-full.yaml").toString())
                .doesNotContain("hunter2", "value-of-a-secret");
    }

    private ServiceConfig load(String name) throws IOException {
        return load(text(name), folder.surroundings());
    }

    private ServiceConfig load(String text, Surroundings surroundings) throws IOException {
        Path file = Files.writeString(path("countersign.yaml"), text);
        return ServiceConfig.load(file, surroundings);
    }

    private static String text(String name) throws IOException {
        try (var in = ServiceConfigTest.class.getResourceAsStream("good/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private SecretSource file(String relative) {
        return new SecretSource.File(path(relative));
    }

    private Path path(String relative) {
        return folder.path().resolve(relative);
    }
}
