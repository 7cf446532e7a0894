// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.countersign.audit.Finding;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.countersign.nats.relay.LogSubject;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamUnreadable;
import io.countersign.nats.relay.StreamVerifier;
import io.countersign.nats.relay.StreamVerifier.Cosigned;
import io.countersign.nats.relay.StreamVerifier.Held;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code countersign audit verify}: checks a whole trail file, or what the audit stream holds, and
 * names the first entry that is not what was written.
 */
@Command(
        name = "verify",
        description = {
            "Check a trail: every entry, the tree over them, every checkpoint.",
            "With --stream: check every log of the audit stream; with a trail and --stream: check",
            "the trail against what the stream holds of it, which shows a rewritten past.",
            "Exit code 0: it holds. 1: it is broken. 3: it could not be read."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private StreamOption connection = new StreamOption();

    @Parameters(
            paramLabel = "TRAIL",
            arity = "0..1",
            description = "A trail's folder, or its trail.db; also while it is in use.")
    private @Nullable Path trail;

    @Option(names = "--stream", description = "Read the audit stream.")
    private boolean stream;

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            description =
                    "A log's public key as you know it from elsewhere (C2SP vkey); for several"
                            + " logs, give it several times.")
    private List<String> vkeys = new ArrayList<>();

    @Option(
            names = "--held",
            paramLabel = "FILE",
            description = "A checkpoint of this log that you kept; give it several times.")
    private List<Path> held = new ArrayList<>();

    @Option(
            names = "--witness",
            paramLabel = "KEY",
            description =
                    "Key of a witness (printed by audit witness, or by audit key --witness): every"
                            + " --held checkpoint, and that of a --proof, must be signed by it, and"
                            + " of the stream's co-signatures only those with such a key count;"
                            + " give it several times.")
    private List<String> witnesses = new ArrayList<>();

    @Option(
            names = "--proof",
            paramLabel = "FILE",
            description = "Check this tlog-proof of one entry; needs --entry and --vkey.")
    private @Nullable Path proof;

    @Option(
            names = "--entry",
            paramLabel = "FILE",
            description = "The exact bytes of the entry that --proof is about.")
    private @Nullable Path entry;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /**
     * What came of one log.
     *
     * @param cosigned empty where the stream was not asked
     */
    private record Judged(VerifyReport report, Optional<List<Cosigned>> cosigned) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (proof != null || entry != null) {
            return single();
        }
        List<Judged> reports = reports();
        PrintWriter out = spec.commandLine().getOut();
        for (Judged judged : reports) {
            if (json) {
                out.println(asJson(judged));
            } else {
                tell(out, judged);
            }
        }
        if (reports.isEmpty() && !json) {
            out.println("The stream holds no log.");
        }
        out.flush();
        return reports.stream().allMatch(it -> it.report().isSound()) ? ExitCode.DONE : ExitCode.NO;
    }

    private int single() throws IOException {
        if (proof == null || entry == null || vkeys.size() != 1 || trail != null || stream) {
            throw new ParameterException(
                    spec.commandLine(), "--proof, --entry and one --vkey go together, alone.");
        }
        return new EntryProof(proof, entry, vkeys.getFirst(), witnesses)
                .judge(spec.commandLine().getOut());
    }

    private List<Judged> reports() throws IOException, InterruptedException {
        Path given = trail;
        if (given == null && !stream) {
            throw new ParameterException(
                    spec.commandLine(), "Name a trail, or give --stream, or both.");
        }
        try {
            List<NoteVerifier> keys = new ArrayList<>();
            for (String vkey : vkeys) {
                keys.add(NoteVerifier.parse(vkey, Ed25519.best()));
            }
            if (given == null) {
                return held(Optional.empty(), keys).stream()
                        .map(log -> new Judged(log.report(), Optional.of(log.cosigned())))
                        .toList();
            }
            return List.of(file(TrailPath.database(given), keys));
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        } catch (BadNote e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private List<Held> held(Optional<LogSubject> only, List<NoteVerifier> keys)
            throws IOException, InterruptedException, BadNote {
        try (StreamLink link = connection.connect()) {
            return new StreamVerifier(link, Ed25519.best(), witnessKeys()).verify(only, keys);
        } catch (StreamUnreadable e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }

    private Judged file(Path file, List<NoteVerifier> keys)
            throws TrailRefused, BadNote, IOException, InterruptedException {
        List<SignedNote> notes = new ArrayList<>();
        for (Path note : held) {
            notes.add(witnessed(SignedNote.parse(Files.readString(note)), note));
        }
        Optional<String> vkey = vkeys.stream().findFirst();
        List<Checkpoint> computed = List.of();
        Optional<List<Cosigned>> cosigned = Optional.empty();
        if (stream) {
            LogSubject log;
            try (TrailFile opened = TrailFile.open(file)) {
                log = LogSubject.of(opened.origin());
            }
            Held known =
                    held(Optional.of(log), keys).stream()
                            .findFirst()
                            .orElseThrow(() ->
                                    new CommandFailed(
                                            ExitCode.COULD_NOT,
                                            "the stream holds nothing on " + log));
            notes.addAll(known.notes());
            notes.addAll(known.others());
            cosigned = Optional.of(known.cosigned());
            computed = known.head().stream().toList();
            vkey = vkey.or(known::vkey);
        }
        return new Judged(
                new TrailVerifier(Ed25519.best()).verify(file, vkey, notes, computed), cosigned);
    }

    private SignedNote witnessed(SignedNote note, Path file) throws BadNote {
        for (CosignatureVerifier key : witnessKeys()) {
            if (key.cosigned(note).isEmpty()) {
                throw new BadNote(file + ": not signed by the witness " + key.name());
            }
        }
        return note;
    }

    private List<CosignatureVerifier> witnessKeys() throws BadNote {
        List<CosignatureVerifier> keys = new ArrayList<>();
        for (String witness : witnesses) {
            keys.add(CosignatureVerifier.parse(witness, Ed25519.best()));
        }
        return keys;
    }

    private static void tell(PrintWriter out, Judged judged) {
        VerifyReport report = judged.report();
        out.println("log          " + report.origin());
        out.println("entries      " + report.size());
        out.println("  present    " + report.present());
        out.println("  removed    " + report.removed() + " (by retention or erasure)");
        out.println("checkpoints  " + report.checkpoints());
        out.println("  covering   " + report.covered() + " entries");
        judged.cosigned().ifPresent(by -> out.println("co-signed    " + cosigned(by)));
        for (Finding finding : report.findings()) {
            boolean broken = finding.severity() == Finding.Severity.BROKEN;
            out.println((broken ? "BROKEN  " : "notice  ") + finding);
        }
        out.println(report.isSound() ? "The log holds." : "The log is NOT what was written.");
    }

    private static String cosigned(List<Cosigned> by) {
        if (by.isEmpty()) {
            return "by no instance";
        }
        return "by %d instance%s, up to %d entries (%s)"
                .formatted(
                        by.size(),
                        by.size() == 1 ? "" : "s",
                        by.stream().mapToLong(Cosigned::size).max().orElse(0),
                        String.join(
                                ", ",
                                by.stream().map(it -> it.witness() + ": " + it.size()).toList()));
    }

    private static String asJson(Judged judged) throws IOException {
        VerifyReport report = judged.report();
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("origin", report.origin());
            out.writeBooleanField("sound", report.isSound());
            out.writeNumberField("size", report.size());
            out.writeNumberField("present", report.present());
            out.writeNumberField("removed", report.removed());
            out.writeNumberField("checkpoints", report.checkpoints());
            out.writeNumberField("covered", report.covered());
            if (judged.cosigned().isPresent()) {
                out.writeArrayFieldStart("cosigned");
                for (Cosigned by : judged.cosigned().get()) {
                    out.writeStartObject();
                    out.writeStringField("witness", by.witness());
                    out.writeNumberField("size", by.size());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeArrayFieldStart("findings");
            for (Finding finding : report.findings()) {
                out.writeStartObject();
                out.writeStringField(
                        "severity",
                        finding.severity() == Finding.Severity.BROKEN ? "broken" : "notice");
                out.writeNumberField("seq", finding.seq());
                out.writeStringField("what", finding.what());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }
}
