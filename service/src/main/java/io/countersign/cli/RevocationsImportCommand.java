// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.cluster.RecordFile;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.InvalidKey;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.RecordClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign revocations import}. */
@Command(
        name = "import",
        description = {
            "Bring records that export wrote to every instance that is connected, of whichever",
            "cluster. They must be signed with the same secret; what an instance has newer stays."
        })
final class RevocationsImportCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description =
                    "The configuration file with nats.operations (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("countersign.yaml");

    @Parameters(paramLabel = "FILE", description = "What export wrote; - for standard input.")
    private Path records = Path.of("-");

    /** What became of the records on one instance. */
    private static final class Sum {
        private int batches;
        private long news;
        private long unknown;
        private long bad;

        void add(JsonNode answer) {
            batches++;
            news += answer.path("news").asLong();
            unknown += answer.path("unknown").asLong();
            bad += answer.path("bad").asLong();
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<byte[]> batches = new ArrayList<>();
        int count;
        try (BufferedReader in = open()) {
            count = RecordFile.read(in, batches::add);
        }
        Map<String, Sum> instances = new TreeMap<>();
        try (RecordClient client = RecordClient.connect(target())) {
            for (byte[] batch : batches) {
                for (byte[] answer : client.send(batch)) {
                    JsonNode said = JSON.readTree(answer);
                    instances
                            .computeIfAbsent(said.path("instance").asText(), _ -> new Sum())
                            .add(said);
                }
            }
        } catch (InvalidKey e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        return told(count, batches.size(), instances);
    }

    private BufferedReader open() throws IOException {
        return records.toString().equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, UTF_8))
                : Files.newBufferedReader(records);
    }

    private NatsTarget target() throws IOException, InvalidKey {
        Surroundings surroundings = Surroundings.ofProcess();
        ServiceConfig config = ServiceConfig.load(file, surroundings);
        return NatsSettings.operations(config, new Secrets(surroundings.environment()))
                .orElseThrow(() ->
                        new CommandFailed(
                                ExitCode.USAGE, file + ": has no nats.operations (expected: it)"));
    }

    private int told(int count, int batches, Map<String, Sum> instances) {
        PrintWriter out = spec.commandLine().getOut();
        boolean isAll = !instances.isEmpty() || batches == 0;
        boolean isBad = false;
        for (Map.Entry<String, Sum> each : instances.entrySet()) {
            Sum sum = each.getValue();
            out.printf(
                    "%s: %d records, %d new, %d of a newer build, %d not of this cluster%n",
                    PlainText.of(each.getKey()), count, sum.news, sum.unknown, sum.bad);
            isAll &= sum.batches == batches && sum.unknown == 0;
            isBad |= sum.bad > 0;
        }
        if (instances.isEmpty()) {
            spec.commandLine().getErr().println("no instance answered");
        }
        return isBad ? ExitCode.NO : isAll ? ExitCode.DONE : ExitCode.COULD_NOT;
    }
}
