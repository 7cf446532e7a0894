// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.cli.Instance;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An instance's connections: where they are, and when it is ready. */
@Tag("beside")
class LinksIT {

    private Optional<Deployment> running = Optional.empty();

    @AfterEach
    void end() {
        running.ifPresent(Deployment::close);
    }

    private Deployment start(NatsBinary binary, int servers) {
        Deployment system =
                Deployment.start(
                        Deployment.Plan.of(Deployment.Mode.STATIC, binary).withServers(servers));
        running = Optional.of(system);
        return system;
    }

    @Test
    void instance_onAsManyServersAsItHasLinks_isOnEach() throws Exception {
        Deployment system = start(NatsBinary.NEWEST, 3);
        system.startInstance("a");

        assertThat(system.servers()).allSatisfy(it -> assertThat(links(it)).hasSize(1));
    }

    @Test
    void instanceThatIsReady_hasWarmedUp_withoutATrace() throws Exception {
        Deployment system = start(NatsBinary.NEWEST, 1);
        InstanceProcess process = system.startProcess("p");
        process.awaitReady();
        assertThat(process.logged("warmed up with [1-9][0-9]* made-up requests")).isPresent();

        Instance instance = system.startInstance("a");
        assertThat(instance.tally().requests()).isZero();
        assertThat(instance.trail().status().size()).as("the entry of the start").isOne();
    }

    @Test
    void operationsAccount_closedToUs_delaysReadyButDoesNotPreventIt() throws Exception {
        Deployment system = start(NatsBinary.NEWEST, 1);
        change(system, "operations.nk", "stranger.nk");
        makeUser(system.folder().resolve("keys/stranger.nk"));

        system.startInstance("a");

        assertThat(login(system.server(), system.password("alice")))
                .isInstanceOf(Login.Admitted.class);
    }

    @Test
    void instanceThatIsReady_isInTheOperationsAccountToo() throws Exception {
        Deployment system = start(NatsBinary.NEWEST, 1);
        for (String name : List.of("a", "b", "c")) {
            system.startInstance(name);

            assertThat(names(system.server())).contains(name + " operations");
        }
    }

    private static void makeUser(Path file) throws Exception {
        try (Seed seed = Seed.generate(NKeyType.USER, new SecureRandom())) {
            seed.write(file);
        }
    }

    private static void change(Deployment system, String old, String now) throws Exception {
        String text = Files.readString(system.configuration());
        assertThat(text).contains(old);
        Files.writeString(system.configuration(), text.replace(old, now));
    }

    private static Login login(NatsServer server, String password) {
        try (RawClient client = RawClient.connect(server)) {
            return client.login(Map.of("user", "alice", "pass", password));
        }
    }

    private static List<JsonNode> links(NatsServer server) {
        List<JsonNode> links = new ArrayList<>();
        for (JsonNode connection : server.monitor("/connz").path("connections")) {
            if (connection.path("name").asText().contains(" callout ")) {
                links.add(connection);
            }
        }
        return links;
    }

    private static List<String> names(NatsServer server) {
        List<String> names = new ArrayList<>();
        for (JsonNode connection : server.monitor("/connz").path("connections")) {
            names.add(connection.path("name").asText());
        }
        return names;
    }
}
