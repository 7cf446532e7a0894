// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.cli.CommandRun;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Changes of keys by {@code countersign keys rotate}, several at once. */
final class CommandChange {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Deployment system;
    private final Path configuration;
    private final JsonNode before;
    private final String oldSentinel;
    private final Map<String, CompletableFuture<CommandRun>> runs = new LinkedHashMap<>();

    CommandChange(Deployment system) throws IOException {
        this(system, system.configuration());
    }

    /** With the configuration of one machine of several. */
    CommandChange(Deployment system, Path configuration) throws IOException {
        this.system = system;
        this.configuration = configuration;
        this.before = status();
        this.oldSentinel = system.sentinel().orElse("none");
    }

    /** Which keys are where, as the command says. */
    private JsonNode status() throws IOException {
        CommandRun run = CommandRun.of("keys", "status", "--json", "-c", configuration.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    void begin(String... kinds) {
        for (String kind : kinds) {
            runs.put(
                    kind,
                    CompletableFuture.supplyAsync(() -> run(kind), Thread::startVirtualThread));
        }
    }

    private CommandRun run(String kind) {
        List<String> arguments =
                new ArrayList<>(
                        List.of("keys", "rotate", kind, "--yes", "--wait", "180", "--quiet", "2"));
        if (kind.equals("signing")) {
            arguments.addAll(List.of("--account", "APP"));
        }
        arguments.addAll(List.of("-c", configuration.toString()));
        Path operator = system.folder().resolve("keys/offline/operator.signing.nk");
        if (Files.exists(operator)) {
            arguments.addAll(List.of("--operator-key", operator.toString()));
        }
        for (NatsServer server : system.servers()) {
            arguments.addAll(List.of("--server-config", server.configuration().toString()));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** Until instances that restart take the new cluster secret. */
    void awaitExchanged() {
        Wait.until(
                "the new cluster secret in the configuration",
                PATIENCE,
                () -> text(configuration).contains("  cluster-secret: keys/cluster-"));
    }

    /** Until all runs have put their new keys into the file of a server, which may restart then. */
    void awaitNewKeys(NatsServer server) {
        Wait.until(
                "new keys in " + server.configuration(),
                PATIENCE,
                () -> {
                    String text = text(server.configuration());
                    return !text.contains(oldSentinel)
                            && runs.keySet().stream().map(this::old).noneMatch(text::contains);
                });
    }

    /** The key that it is about: of several accounts that of the first. */
    private String old(String kind) {
        return before.at("/configured/" + kind + "/0/key").asText();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All runs have ended well, and the old keys are nowhere any more. */
    void assertDone() throws Exception {
        for (CompletableFuture<CommandRun> each : runs.values()) {
            CommandRun run = each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        }
        JsonNode now = status();
        assertThat(now.path("instances")).hasSize(3);
        assertThat(now.path("servers")).hasSize(system.servers().size());
        assertThat(now.path("rotations")).isEmpty();
        for (String kind : runs.keySet()) {
            assertThat(old(kind)).hasSizeGreaterThan(20);
            assertThat(now.toString()).doesNotContain(old(kind));
            // Fingerprints go on being derived from the old secret.
            assertThat(
                            system.folder()
                                    .resolve(before.at("/configured/" + kind + "/0/place").asText())
                                    .toFile()
                                    .exists())
                    .isEqualTo(kind.equals("cluster"));
        }
    }
}
