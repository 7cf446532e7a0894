// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.ClusterNetwork;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.AdminClient;
import io.countersign.nats.AdminDesk;
import io.countersign.nats.NatsTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches the instances, and in whose name. */
final class AdminOption {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration EXTRA = Duration.ofSeconds(15);
    private static final String KEY = "keys/admin-requests.nk";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description =
                    "The configuration file with nats.operations and cluster"
                            + " (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("countersign.yaml");

    @Option(
            names = "--admin-key",
            paramLabel = "FILE",
            description =
                    "Seed of a user nkey that is listed under admins (default: "
                            + KEY
                            + " beside the configuration file, where setup puts it).")
    private @Nullable Path key;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    Path file() {
        return file;
    }

    /** The seed that requests are signed with. */
    Path keyFile() {
        return key();
    }

    boolean isJson() {
        return json;
    }

    /** The answer; ends the command if an instance refuses or none answers. */
    JsonNode ask(String verb, ObjectNode body, Duration wait)
            throws IOException, InterruptedException {
        return connected((client, _) ->
                accepted(
                        JSON.readTree(
                                client.request(
                                        verb, body.toString().getBytes(UTF_8), wait.plus(EXTRA)))));
    }

    /**
     * What each instance answers; ends the command if one refuses.
     *
     * @param instances how many there are; 0: as many as the configuration says
     */
    Answers askEach(String verb, ObjectNode body, int instances, Duration wait)
            throws IOException, InterruptedException {
        return connected((client, config) -> {
            int expected =
                    instances > 0
                            ? instances
                            : config.clusterNetwork().map(ClusterNetwork::instances).orElse(1);
            List<JsonNode> answers = new ArrayList<>();
            for (byte[] answer :
                    client.requestEach(
                            AdminDesk.EACH + verb,
                            body.toString().getBytes(UTF_8),
                            expected,
                            wait)) {
                answers.add(accepted(JSON.readTree(answer)));
            }
            return new Answers(answers, expected);
        });
    }

    /** Of those instances that answered in time. */
    record Answers(List<JsonNode> all, int expected) {
        Answers {
            all = List.copyOf(all);
        }

        boolean isComplete() {
            return all.size() >= expected;
        }
    }

    /** Something to ask over a connection. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(AdminClient client, ServiceConfig config) throws IOException, InterruptedException;
    }

    private <T> T connected(Question<T> question) throws IOException, InterruptedException {
        Surroundings surroundings = Surroundings.ofProcess();
        ServiceConfig config = ServiceConfig.load(file, surroundings);
        Secrets secrets = new Secrets(surroundings.environment());
        try (Seed seed = secrets.seed(new SecretSource.File(key()), NKeyType.USER)) {
            NatsTarget target =
                    NatsSettings.operations(config, secrets)
                            .orElseThrow(() ->
                                    new CommandFailed(
                                            ExitCode.USAGE,
                                            file + ": has no nats.operations (expected: it)"));
            Signer signer = Ed25519.best().signer(seed);
            try (AdminClient client =
                    AdminClient.connect(
                            target,
                            signer,
                            config.cluster(),
                            new SecureRandom(),
                            Clock.systemUTC())) {
                return question.ask(client, config);
            }
        } catch (InvalidKey e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private Path key() {
        Path given = key;
        return given == null ? file.toAbsolutePath().resolveSibling(KEY) : given;
    }

    private static JsonNode accepted(JsonNode answer) {
        if (answer.has("refused")) {
            throw new CommandFailed(ExitCode.NO, answer.path("refused").asText());
        }
        return answer;
    }
}
