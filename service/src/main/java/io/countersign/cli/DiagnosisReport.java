// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.doctor.Diagnosis;
import io.countersign.doctor.Finding;
import io.countersign.doctor.ModeFix;
import io.countersign.doctor.Severity;
import io.countersign.doctor.Step;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Writes what the doctor says. Texts of servers are in it, so everything goes through {@link
 * PlainText}.
 *
 * @param ascii no characters beyond ASCII
 */
record DiagnosisReport(Diagnosis diagnosis, boolean ascii) {
    /** For a person. */
    void print(PrintWriter out) {
        int width = diagnosis.steps().stream().mapToInt(it -> it.name().length()).max().orElse(0);
        for (Step step : diagnosis.steps()) {
            String padding = " ".repeat(width - step.name().length());
            line(out, "  " + mark(step.mark()) + " " + step.name() + padding + "  " + step.text());
        }
        for (Finding finding : diagnosis.findings()) {
            out.println();
            line(out, finding.severity().word() + " " + finding.id() + ": " + finding.seen());
            line(out, "  why:  " + finding.why());
            line(out, "  mend: " + finding.mend());
        }
        if (!diagnosis.hidden().isEmpty()) {
            out.println();
            line(out, "Not looked at:");
            diagnosis.hidden().forEach(it -> line(out, "  - " + it));
        }
        out.println();
        line(out, sum());
    }

    private String mark(Step.Mark mark) {
        return switch (mark) {
            case GOOD -> ascii ? "ok " : "✓";
            case BAD -> ascii ? "BAD" : "✗";
            case HIDDEN -> ascii ? "-  " : "–";
        };
    }

    private String sum() {
        long errors = count(Severity.ERROR);
        long warnings = count(Severity.WARNING);
        String found =
                errors == 0
                        ? "Healthy"
                        : CheckReport.counted(errors, "error") + " (ops/docs/doctor.md)";
        return found
                + (warnings == 0 ? "." : ", " + CheckReport.counted(warnings, "warning") + ".");
    }

    private long count(Severity severity) {
        return diagnosis.findings().stream().filter(it -> it.severity() == severity).count();
    }

    private void line(PrintWriter out, String text) {
        String plain = PlainText.of(text);
        out.println(ascii ? plain.replaceAll("[^\\x20-\\x7e]", "?") : plain);
    }

    /** For a program. */
    JsonNode json() {
        ObjectNode json = PrettyJson.object();
        json.put("healthy", diagnosis.reached() && diagnosis.isHealthy());
        json.put("reached", diagnosis.reached());
        json.set("steps", PrettyJson.array(diagnosis.steps(), DiagnosisReport::json));
        json.set("findings", PrettyJson.array(diagnosis.findings(), DiagnosisReport::json));
        json.set(
                "fixes",
                PrettyJson.texts(diagnosis.fixes().stream().map(ModeFix::command).toList()));
        json.set("not-looked-at", PrettyJson.texts(diagnosis.hidden()));
        return json;
    }

    private static JsonNode json(Step step) {
        return PrettyJson.object()
                .put("step", step.name())
                .put("mark", step.mark().name().toLowerCase(Locale.ROOT))
                .put("text", step.text());
    }

    private static JsonNode json(Finding finding) {
        return PrettyJson.object()
                .put("id", finding.id())
                .put("severity", finding.severity().word())
                .put("seen", finding.seen())
                .put("why", finding.why())
                .put("mend", finding.mend());
    }
}
