// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Login;
import io.countersign.kit.Message;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.protocol.CredsFile;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator set-up on real servers, with no instance running. */
@Tag("beside")
class OperatorSetupIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();

    @ParameterizedTest
    @EnumSource
    void cluster_ofThree_formsAndReplicatesForOperations(NatsBinary binary) throws Exception {
        SetupResult made = setUp(3, ServerVersion.OLDEST);
        SetupUsers users = new SetupUsers(made.folder(), ed25519);
        List<NatsServer> servers = start(binary, made, 3);
        try (RawClient system = users.withCreds(servers.get(2).port(), "system");
                RawClient operations = users.withCreds(servers.get(0).port(), "operations")) {
            Wait.until("answers of all servers", PATIENCE, () -> answers(system).size() == 3);
            Wait.until("a stream on all servers", PATIENCE, () -> createsStream(operations, 3));
            assertThat(accountsInResolver(system, 3)).containsAll(accountsOf(made));
            JsonNode routes = servers.get(1).monitor("/routez").path("routes");
            assertThat(routes.findValuesAsText("account")).contains(calloutAccount(made));
        } finally {
            servers.forEach(NatsServer::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    void users_ofTheService_haveWhatTheyNeedAndNoMore(NatsBinary binary) throws Exception {
        SetupResult made = setUp(1, ServerVersion.OLDEST);
        SetupUsers users = new SetupUsers(made.folder(), ed25519);
        try (NatsServer server = start(binary, made, 1).getFirst();
                RawClient callout = users.withCreds(server.port(), "callout");
                RawClient operations = users.withCreds(server.port(), "operations");
                RawClient admin = users.withCreds(server.port(), "admin");
                RawClient system = users.withCreds(server.port(), "system")) {
            Rights.CALLOUT.assertHolds(callout);
            Rights.OPERATIONS.assertHolds(operations);
            Rights.ADMIN.assertHolds(admin);
            Rights.SYSTEM.assertHolds(system);
        }
    }

    @ParameterizedTest
    @EnumSource
    void operationsCreds_inTheClientLibrary_makeAStream(NatsBinary binary) throws Exception {
        SetupResult made = setUp(1, ServerVersion.OLDEST);
        Path creds = made.folder().resolve("creds/operations.creds");
        try (NatsServer server = start(binary, made, 1).getFirst()) {
            Connection client =
                    Nats.connect(
                            Options.builder()
                                    .server(server.url())
                                    .authHandler(Nats.credentials(creds.toString()))
                                    .build());
            try {
                client.jetStreamManagement()
                        .addStream(
                                StreamConfiguration.builder()
                                        .name("COUNTERSIGN_AUDIT")
                                        .subjects("countersign.audit.>")
                                        .build());
                client.jetStream().publish("countersign.audit.n1.log", new byte[0]);
                assertThat(
                                client.jetStreamManagement()
                                        .getStreamInfo("COUNTERSIGN_AUDIT")
                                        .getStreamState()
                                        .getMsgCount())
                        .isEqualTo(1);
            } finally {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sentinel_noInstanceRuns_isNotLetIn(NatsBinary binary) throws Exception {
        SetupResult made = setUp(1, ServerVersion.OLDEST);
        SetupUsers users = new SetupUsers(made.folder(), ed25519);
        try (NatsServer server = start(binary, made, 1).getFirst();
                RawClient client = RawClient.connect(server)) {
            Login login = users.login(client, "sentinel", Map.of("user", "alice", "pass", "x"));
            assertThat(login).isNotInstanceOf(Login.Admitted.class);
        }
    }

    /** Until 2.14 a server lets in as the sentinel who claims the service's key (reference 3.2). */
    @Test
    void sentinel_getsInByTheHoleOfOldServers_canDoNothing() throws Exception {
        SetupResult made = setUp(1, ServerVersion.OLDEST);
        SetupUsers users = new SetupUsers(made.folder(), ed25519);
        try (NatsServer server = start(NatsBinary.V2_10, made, 1).getFirst();
                CredsFile service = users.creds("callout");
                RawClient client = RawClient.connect(server)) {
            String claimed = service.seed().publicKey().text();
            Login login = users.login(client, "sentinel", Map.of("user", claimed));
            assertThat(login).isInstanceOf(Login.Admitted.class);
            Rights.NONE.assertHolds(client);
        }
    }

    @Test
    void client_withoutSentinelOnNewServer_isAskedAbout() throws Exception {
        SetupResult made = setUp(1, ServerVersion.DEFAULT_SENTINEL);
        SetupUsers users = new SetupUsers(made.folder(), ed25519);
        try (NatsServer server = start(NatsBinary.NEWEST, made, 1).getFirst();
                RawClient callout = users.withCreds(server.port(), "callout");
                RawClient client = RawClient.connect(server)) {
            callout.subscribe("$SYS.REQ.USER.AUTH countersign");
            callout.fence();
            client.sendConnect(Map.of("user", "alice", "pass", "secret"));
            Optional<Message> request = callout.awaitMessage(PATIENCE);
            assertThat(request).isPresent();
            byte[] sealed = request.get().payload();
            assertThat(new String(sealed, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("xkv1");
        }
    }

    private SetupResult setUp(int servers, ServerVersion oldest) throws SetupFailed {
        List<Integer> ports = FreePorts.several(2 * servers);
        ServerPlan plan =
                ServerPlan.withPorts(
                        "127.0.0.1",
                        ports.subList(0, servers),
                        ports.subList(servers, 2 * servers));
        return new OperatorSetup(ed25519, _ -> "$2a$hash", new SecureRandom(), Clock.systemUTC())
                .run(
                        SetupOptions.in(dir.resolve("made"))
                                .withAccounts(List.of("APP", "BILLING"))
                                .withOldestServer(oldest)
                                .withServers(plan));
    }

    private static List<NatsServer> start(NatsBinary binary, SetupResult made, int count)
            throws Exception {
        List<NatsServer> servers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Path file = made.folder().resolve("servers/n" + i + ".conf");
            int port =
                    Files.readAllLines(file).stream()
                            .filter(line -> line.startsWith("listen: "))
                            .map(line -> line.replaceAll(".*:([0-9]+)\"", "$1"))
                            .mapToInt(Integer::parseInt)
                            .findFirst()
                            .orElseThrow();
            servers.add(NatsServer.start(binary, file, port));
        }
        return servers;
    }

    private static List<JsonNode> answers(RawClient system) {
        return collect(system, "$SYS.REQ.SERVER.PING", 3);
    }

    /** Publishes a request and takes as many answers as there should be, or fewer. */
    private static List<JsonNode> collect(RawClient client, String subject, int count) {
        String inbox = "_INBOX." + subject.replaceAll("[^A-Z]", "") + System.nanoTime();
        client.subscribe(inbox);
        client.publish(subject, inbox, new byte[0]);
        List<JsonNode> answers = new ArrayList<>();
        while (answers.size() < count) {
            Optional<Message> answer = client.awaitMessage(Duration.ofSeconds(1));
            if (answer.isEmpty()) {
                return answers;
            }
            answers.add(json(answer.get().text()));
        }
        return answers;
    }

    private static boolean createsStream(RawClient operations, int replicas) {
        String stream =
                """
                {"name":"COUNTERSIGN_AUDIT","subjects":["countersign.audit.>"],"num_replicas":%d}
                """
                        .formatted(replicas);
        return operations
                .request(
                        "$JS.API.STREAM.CREATE.COUNTERSIGN_AUDIT",
                        stream.getBytes(StandardCharsets.UTF_8),
                        Duration.ofSeconds(2))
                .map(answer -> json(answer.text()).path("config").path("num_replicas").asInt())
                .filter(made -> made == replicas)
                .isPresent();
    }

    /** Accounts that every one of the servers has. */
    private static Set<String> accountsInResolver(RawClient system, int servers) {
        List<JsonNode> lists = collect(system, "$SYS.REQ.CLAIMS.LIST", servers);
        assertThat(lists).hasSize(servers);
        Set<String> everywhere = names(lists.getFirst());
        lists.forEach(list -> everywhere.retainAll(names(list)));
        return everywhere;
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new HashSet<>();
        list.path("data").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static Set<String> accountsOf(SetupResult made) throws Exception {
        Set<String> accounts = new HashSet<>();
        for (String name : List.of("SYS", "AUTH", "COUNTERSIGN", "APP", "BILLING")) {
            accounts.add(accountOf(made, name));
        }
        return accounts;
    }

    private static String calloutAccount(SetupResult made) throws Exception {
        return accountOf(made, "AUTH");
    }

    private static String accountOf(SetupResult made, String name) throws Exception {
        String jwt = Files.readString(made.folder().resolve("accounts/" + name + ".jwt"));
        byte[] claims = Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]);
        return json(new String(claims, StandardCharsets.UTF_8)).path("sub").asText();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
