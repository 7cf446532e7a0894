// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.identity.users.PasswordHash;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server's own users before, and the same users of an import after: each may do exactly the same,
 * tried on servers.
 */
@Tag("beside")
class SetupImportIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String CONF =
            """
            PASSWORD: secret
            ORDERS = {
              publish: { allow: ["orders.>", "_INBOX.>"], deny: ["orders.secret"] }
              subscribe: ["orders.*", "work crew", "_INBOX.>"]
            }
            authorization {
              default_permissions: { publish: "default.>", subscribe: "default.>" }
              users: [
                { user: global, password: $PASSWORD }
                { user: own, password: $PASSWORD, permissions: { publish: [] } }
              ]
            }
            accounts {
              A {
                jetstream: enabled
                users: [
                  { user: all, password: $PASSWORD }
                  { user: orders, password: "BCRYPT", permissions: $ORDERS }
                  { nkey: NKEY, permissions: { publish: { deny: "a.b" } } }
                  { user: deny, password: $PASSWORD, permissions: { subscribe: { deny: ["a.>", "b.c q"] } } }
                ]
              }
              "b-2": {
                users = [
                  { user: service, password: $PASSWORD, permissions: {
                      subscribe: "requests", allow_responses: { max: 2, expires: "1m" } } }
                  { user: asker, password: $PASSWORD }
                  { user: mute, password: $PASSWORD, permissions: { publish: { deny: ">" } } }
                  { user: web, password: $PASSWORD, allowed_connection_types: ["WEBSOCKET"] }
                ]
              }
            }
            """;

    private static final List<String> SUBJECTS =
            List.of(
                    "a",
                    "a.b",
                    "a.b.c",
                    "b.c",
                    "orders",
                    "orders.new",
                    "orders.secret",
                    "orders.new.x",
                    "requests",
                    "default.x",
                    "work",
                    "_INBOX.x.1",
                    "$JS.API.INFO",
                    "$SYS.REQ.SERVER.PING");

    private static final List<String> SUBSCRIPTIONS =
            List.of("a.*", "*.b", "b.c q", "b.c r", "work crew", "work other", "orders.>", ">");

    private final Seed seed = Seed.generate(NKeyType.USER, new SecureRandom());
    private final Signer signer = Ed25519.best().signer(seed);

    @ParameterizedTest
    @EnumSource
    void users_importedFromAServer_mayDoTheSameAsBefore(NatsBinary binary) throws Exception {
        try (Workspace workspace = Workspace.create("countersign-import-")) {
            Path file =
                    Files.writeString(
                            workspace.dir().resolve("nats-server.conf"),
                            CONF.replace("BCRYPT", hash()).replace("NKEY", signer.key().text())
                                    + "jetstream { store_dir: \""
                                    + workspace.dir().resolve("js")
                                    + "\" }\n");
            Map<String, String> before;
            try (NatsServer server = NatsServer.start(binary, file)) {
                before = everybody(server);
            }
            int port = FreePorts.one();
            Path house = workspace.dir().resolve("house");
            CommandRun run =
                    CommandRun.of(
                            "setup",
                            "import",
                            file.toString(),
                            "--folder",
                            house.toString(),
                            "--port",
                            String.valueOf(port));
            assertThat(run.exitCode()).as(run::err).isZero();
            assertThat(run.out()).contains("10 users in 3 accounts").doesNotContain("Left out");
            String config = house.resolve("countersign.yaml").toString();
            CommandRun check = CommandRun.of("check", "--config", config);
            assertThat(check.exitCode()).as(() -> check.out() + check.err()).isZero();
            try (NatsServer server =
                    NatsServer.start(binary, house.resolve("servers/n1.conf"), port)) {
                InstanceProcess instance = InstanceProcess.start("a", Path.of(config), workspace);
                instance.awaitReady();
                assertThat(everybody(server)).as(instance::log).isEqualTo(before);
            }
        }
    }

    private static String hash() {
        return PasswordHash.makeBcrypt(
                        "secret".getBytes(StandardCharsets.US_ASCII), new SecureRandom())
                .encoded();
    }

    /** What each of them may do, in words that can be compared. */
    private Map<String, String> everybody(NatsServer server) {
        Map<String, String> rights = new TreeMap<>();
        for (String name : List.of("global", "own", "all", "orders", "deny", "service", "mute")) {
            try (RawClient client = RawClient.connect(server)) {
                Login login = client.login(Map.of("user", name, "pass", "secret"));
                assertThat(login).as(name).isInstanceOf(Login.Admitted.class);
                rights.put(name, rights(client));
            }
        }
        try (RawClient client = RawClient.connect(server)) {
            Login login = client.login(Map.of("nkey", signer.key().text()), signer::sign);
            assertThat(login).isInstanceOf(Login.Admitted.class);
            rights.put("nkey", rights(client));
        }
        rights.put("replies", replies(server));
        for (Map<String, String> refused :
                List.of(
                        Map.of("user", "all", "pass", "wrong"),
                        Map.of("user", "nobody", "pass", "secret"),
                        // Only over a WebSocket.
                        Map.of("user", "web", "pass", "secret"))) {
            try (RawClient client = RawClient.connect(server)) {
                assertThat(client.login(refused))
                        .as(refused.toString())
                        .isInstanceOf(Login.Refused.class);
            }
        }
        return rights;
    }

    private static String rights(RawClient client) {
        TreeSet<String> can = new TreeSet<>();
        SUBJECTS.stream().filter(client::canPublish).forEach(it -> can.add("pub " + it));
        SUBJECTS.stream().filter(client::canSubscribe).forEach(it -> can.add("sub " + it));
        SUBSCRIPTIONS.stream().filter(client::canSubscribe).forEach(it -> can.add("sub " + it));
        return String.join(", ", can);
    }

    /** How often the service may answer one request, beyond what it may publish. */
    private static String replies(NatsServer server) {
        try (RawClient service = RawClient.connect(server);
                RawClient asker = RawClient.connect(server)) {
            service.login(Map.of("user", "service", "pass", "secret"));
            asker.login(Map.of("user", "asker", "pass", "secret"));
            service.subscribe("requests");
            service.fence();
            asker.publish("requests", "answers", new byte[0]);
            asker.fence();
            assertThat(service.awaitMessage(PATIENCE)).isPresent();
            return List.of(
                            service.canPublish("answers"),
                            service.canPublish("answers"),
                            service.canPublish("answers"))
                    .toString();
        }
    }
}
