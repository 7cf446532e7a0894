// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.countersign.nats.relay.StreamUnreadable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit export}: entries in other people's formats, resumable. */
@Command(
        name = "export",
        description = {
            "Write out entries of a trail, or of all instances from the audit stream.",
            "With --cursor, the next export goes on where this one ended."
        })
final class AuditExportCommand implements Callable<Integer> {
    private static final int PAGE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private StreamOption connection = new StreamOption();
    @Mixin private EntryFilter filter = new EntryFilter();

    @Parameters(
            paramLabel = "TRAIL",
            arity = "0..1",
            description = "A trail's folder, or its trail.db; without it, the audit stream.")
    private @Nullable Path trail;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "jsonl",
            description =
                    "jsonl (the entries themselves), csv, or ocsf (1.8, class 3002; decisions"
                            + " only). Default: ${DEFAULT-VALUE}.")
    private String format = "jsonl";

    @Option(
            names = "--cursor",
            paramLabel = "FILE",
            description = "Remembers how far each log was exported.")
    private @Nullable Path cursorFile;

    @Override
    public Integer call() throws IOException, InterruptedException {
        filter.prepared();
        EntryForm form = form();
        PrintWriter out = spec.commandLine().getOut();
        ExportCursor cursor = ExportCursor.open(Optional.ofNullable(cursorFile));
        if (cursor.isFresh()) {
            form.heading().ifPresent(out::println);
        }
        try {
            Path given = trail;
            if (given == null) {
                stream(form, out, cursor);
            } else {
                file(TrailPath.database(given), form, out, cursor);
            }
        } catch (StreamUnreadable | TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
        save(out, cursor);
        return ExitCode.DONE;
    }

    private EntryForm form() {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "jsonl" -> EntryForm.JSONL;
            case "csv" -> EntryForm.CSV;
            case "ocsf" -> EntryForm.OCSF;
            default ->
                    throw new CommandFailed(
                            ExitCode.USAGE,
                            "--format: %s (expected: jsonl, csv or ocsf)"
                                    .formatted(PlainText.of(format)));
        };
    }

    private void file(Path file, EntryForm form, PrintWriter out, ExportCursor cursor)
            throws IOException, TrailRefused {
        try (TrailFile opened = TrailFile.open(file)) {
            String log = opened.origin().log();
            LogPlace place = new LogPlace(cursor.next(log), true);
            for (List<LogPiece> pieces = opened.pieces(place, PAGE);
                    !pieces.isEmpty();
                    pieces = opened.pieces(place, PAGE)) {
                for (LogPiece piece : pieces) {
                    place = piece.after();
                    if (piece instanceof LogPiece.Present(_, var entry)) {
                        write(log, entry.seq(), entry.body(), form, out, cursor);
                    }
                }
                save(out, cursor);
            }
        }
    }

    private void stream(EntryForm form, PrintWriter out, ExportCursor cursor)
            throws IOException, InterruptedException, StreamUnreadable {
        try (StreamLink link = connection.connect()) {
            StreamReader.Extent extent = StreamReader.extent(link);
            if (extent.last() < extent.first()) {
                return;
            }
            try (StreamReader reader = StreamReader.open(link, extent.first())) {
                int count = 0;
                boolean more = true;
                while (more) {
                    StreamMessage message =
                            reader.next(PATIENCE)
                                    .orElseThrow(() ->
                                            new CommandFailed(
                                                    ExitCode.COULD_NOT,
                                                    "the stream says nothing any more"));
                    if (message.log().isPresent()
                            && message.record().isPresent()
                            && message.record().get()
                                    instanceof StreamRecord.Entry(var seq, var body)) {
                        write(message.log().get().log(), seq, body, form, out, cursor);
                    }
                    if (++count % PAGE == 0) {
                        save(out, cursor);
                    }
                    more = !message.isLast() && message.sequence() < extent.last();
                }
            }
        }
    }

    private void write(
            String log,
            long seq,
            byte[] body,
            EntryForm form,
            PrintWriter out,
            ExportCursor cursor) {
        if (!cursor.passes(log, seq)) {
            return;
        }
        try {
            AuditEntry entry = AuditEntry.decode(body);
            if (filter.matches(entry)) {
                form.line(entry, body).ifPresent(out::println);
            }
        } catch (BadEntry e) {
            spec.commandLine()
                    .getErr()
                    .println("log %s, %d: is no entry: %s".formatted(log, seq, e.getMessage()));
        }
    }

    /** Only what was really written out counts; a crash before this exports a page again. */
    private static void save(PrintWriter out, ExportCursor cursor) throws IOException {
        if (out.checkError()) {
            throw new CommandFailed(ExitCode.COULD_NOT, "the output cannot be written");
        }
        cursor.save();
    }
}
