// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.InvalidKey;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.relay.StreamLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code -c FILE} of commands that read the audit stream: its operations credentials are used. */
final class StreamOption {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description =
                    "The configuration file whose nats.operations reaches the audit stream"
                            + " (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("countersign.yaml");

    /** Connects, or ends the command. */
    StreamLink connect() throws IOException, InterruptedException {
        return connect(file);
    }

    /** The same for commands that have the configuration for more than that. */
    static StreamLink connect(Path file) throws IOException, InterruptedException {
        Surroundings surroundings = Surroundings.ofProcess();
        ServiceConfig config = ServiceConfig.load(file, surroundings);
        AuditLink link = AuditLink.reading(target(file, config, surroundings), "countersign audit");
        if (!link.awaitFirst(PATIENCE)) {
            link.close();
            throw new CommandFailed(
                    ExitCode.COULD_NOT,
                    "no connection to %s within %s".formatted(config.nats().servers(), PATIENCE));
        }
        return link;
    }

    private static NatsTarget target(Path file, ServiceConfig config, Surroundings surroundings)
            throws IOException {
        try {
            return NatsSettings.operations(config, new Secrets(surroundings.environment()))
                    .orElseThrow(() ->
                            new CommandFailed(
                                    ExitCode.USAGE,
                                    file + ": has no nats.operations (expected: credentials)"));
        } catch (InvalidKey e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
