// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.countersign.nats.relay.StreamUnreadable;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit tail}: what all instances decide, as they decide it. */
@Command(
        name = "tail",
        description = {
            "Follow the entries of all instances through the audit stream, until Ctrl-C.",
            "Options that filter may be given several times; nothing is verified."
        })
final class AuditTailCommand implements Callable<Integer> {
    private static final Duration TICK = Duration.ofSeconds(1);

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private StreamOption connection = new StreamOption();
    @Mixin private EntryFilter filter = new EntryFilter();

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Begin so many messages before the end (default: ${DEFAULT-VALUE}).")
    private long last = 10;

    @Option(names = "--no-follow", description = "End at the end of the stream.")
    private boolean ends;

    @Option(names = "--json", description = "Print whole entries, a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        filter.prepared();
        try (StreamLink link = connection.connect()) {
            StreamReader.Extent extent = StreamReader.extent(link);
            long from = Math.max(extent.first(), extent.last() - Math.max(0, last) + 1);
            if (ends && from > extent.last()) {
                return ExitCode.DONE;
            }
            try (StreamReader reader = StreamReader.open(link, from)) {
                follow(reader);
            }
            return ExitCode.DONE;
        } catch (StreamUnreadable e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }

    private void follow(StreamReader reader) throws StreamUnreadable, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean more = true;
        while (more && !out.checkError()) {
            Optional<StreamMessage> message = reader.next(TICK);
            message.flatMap(this::line).ifPresent(out::println);
            more = !ends || message.isEmpty() || !message.get().isLast();
        }
        out.flush();
    }

    private Optional<String> line(StreamMessage message) {
        if (message.record().isEmpty()
                || !(message.record().get() instanceof StreamRecord.Entry entry)) {
            return Optional.empty();
        }
        try {
            AuditEntry facts = entry.entry();
            EntryForm form = json ? EntryForm.JSONL : EntryForm.TEXT;
            return filter.matches(facts) ? form.line(facts, entry.body()) : Optional.empty();
        } catch (BadEntry e) {
            return Optional.of(
                    "message %d is no entry: %s".formatted(message.sequence(), e.getMessage()));
        }
    }
}
