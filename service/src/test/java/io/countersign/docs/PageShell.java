// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Types what a page tells people to type, in the folder that setup made, with {@code countersign}
 * from this JVM's class path.
 */
final class PageShell {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```bash\n(.*?)^```");

    /** A command that waits for ever fails by this. */
    private static final String LIMIT_SECONDS = "300";

    private PageShell() {}

    record Said(int code, String text) {}

    /** The blocks of commands of a page, in their order. */
    static List<String> blocks(Path page) throws IOException {
        return blocksOf(Files.readString(page));
    }

    /** Those of one section. */
    static List<String> blocks(Path page, String heading) throws IOException {
        String section = Files.readString(page).split("(?m)^" + heading + "\n", 2)[1];
        return blocksOf(section.split("(?m)^## ", 2)[0]);
    }

    private static List<String> blocksOf(String text) {
        return BLOCK.matcher(text).results().map(r -> r.group(1)).toList();
    }

    static Said run(Deployment system, String commands) throws Exception {
        Said said = runAnyhow(system, commands);
        assertThat(said.code()).as(commands + said.text()).isZero();
        return said;
    }

    static Said runAnyhow(Deployment system, String commands) throws Exception {
        Process shell =
                new ProcessBuilder(
                                "timeout",
                                LIMIT_SECONDS,
                                "bash",
                                "-c",
                                "set -euo pipefail\ncountersign() { %s \"$@\"; }\n%s"
                                        .formatted(quoted(), commands))
                        .directory(system.folder().toFile())
                        .redirectErrorStream(true)
                        .start();
        String text = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(shell.waitFor(), text);
    }

    /** The command itself, as words of a shell. */
    static String quoted() {
        return InstanceProcess.command().stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
    }
}
