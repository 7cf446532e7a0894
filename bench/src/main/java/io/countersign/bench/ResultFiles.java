// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures as files: JSON for the comparison, Markdown for people. Both say what was measured where.
 */
final class ResultFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String commit;
    private final String command;

    ResultFiles(String commit, String command) {
        this.commit = commit;
        this.command = command;
    }

    void writeJson(List<Figure> figures, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        circumstances().forEach(root::put);
        ObjectNode values = root.putObject("figures");
        for (Figure figure : figures) {
            values.put(figure.name(), Math.round(figure.value() * 1000) / 1000.0);
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        Files.writeString(file, text + "\n");
    }

    void writeTable(List<Figure> figures, Path file) throws IOException {
        StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
        circumstances()
                .forEach((what, value) ->
                        text.append("| %s | %s |%n".formatted(what, value.replace("|", "\\|"))));
        text.append("\n| figure | measured | bar |\n|---|---:|---:|\n");
        for (Figure figure : figures) {
            text.append(
                    "| %s | %s | %s |%n".formatted(figure.name(), figure.text(), figure.barText()));
        }
        Files.writeString(file, text);
    }

    private Map<String, String> circumstances() throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        all.put("commit", commit);
        all.put("command", command);
        all.put("jdk", System.getProperty("java.vm.version"));
        all.put("processor", processor());
        all.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        all.put("load when it ended", load());
        return all;
    }

    /** Of the last 1, 5 and 15 minutes: above the number of processors, somebody had to wait. */
    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        String[] words = Files.readString(file).split(" ", -1);
        return words[0] + ", " + words[1] + ", " + words[2];
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
