// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.countersign.audit.Finding;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code countersign audit verify}: checks a whole trail file and names the first entry that is not
 * what was written.
 */
@Command(
        name = "verify",
        description = {
            "Check a trail: every entry, the tree over them, every checkpoint.",
            "Exit code 0: it holds. 1: it is broken. 3: it could not be read."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private static final String DATABASE = "trail.db";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "TRAIL",
            description = "A trail's folder, or its trail.db; also while it is in use.")
    private Path trail = Path.of("");

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            description = "The log's public key as you know it from elsewhere (C2SP vkey).")
    private @Nullable String vkey;

    @Option(
            names = "--held",
            paramLabel = "FILE",
            description = "A checkpoint of this log that you kept; give it several times.")
    private List<Path> held = new ArrayList<>();

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path file = Files.isDirectory(trail) ? trail.resolve(DATABASE) : trail;
        VerifyReport report = verify(file);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(asJson(report));
        } else {
            tell(out, report);
        }
        out.flush();
        return report.isSound() ? ExitCode.DONE : ExitCode.NO;
    }

    private VerifyReport verify(Path file) throws IOException {
        try {
            List<SignedNote> notes = new ArrayList<>();
            for (Path note : held) {
                notes.add(SignedNote.parse(Files.readString(note)));
            }
            return new TrailVerifier(Ed25519.best()).verify(file, Optional.ofNullable(vkey), notes);
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        } catch (BadNote e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static void tell(PrintWriter out, VerifyReport report) {
        out.println("log          " + report.origin());
        out.println("entries      " + report.size());
        out.println("  present    " + report.present());
        out.println("  removed    " + report.removed() + " (by retention or erasure)");
        out.println("checkpoints  " + report.checkpoints());
        out.println("  covering   " + report.covered() + " entries");
        for (Finding finding : report.findings()) {
            boolean broken = finding.severity() == Finding.Severity.BROKEN;
            out.println((broken ? "BROKEN  " : "notice  ") + finding);
        }
        out.println(report.isSound() ? "The log holds." : "The log is NOT what was written.");
    }

    private static String asJson(VerifyReport report) throws IOException {
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
