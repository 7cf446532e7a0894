// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Every command of ours that a page tells people to type is one, with options that it has. Whether
 * it does what the page says is for those tests that run pages.
 */
class DocumentedCommandsTest {
    private static final Path TOP = Path.of("..");
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^```(?:bash|console|sh)?[^\n]*\n(.*?)^```");
    private static final Pattern TYPED =
            Pattern.compile("(?m)(?:^|[|&(;]|\\$ )[ \t]*(?:ops/)?countersign ([^|&)#>;\n]+)");
    private static final Pattern INLINE =
            Pattern.compile("`(?:ops/)?countersign\\s+([^`|>]+[^`]*)`");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]*");
    private static final Pattern OPTION = Pattern.compile("(--[a-z][a-z-]*|-[a-z])(?:=.*)?");

    @Test
    void commands_ofAllPages_areThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        int commands = 0;
        for (Path page : pages()) {
            for (String command : commands(Files.readString(page))) {
                commands++;
                problem(command)
                        .ifPresent(it ->
                                wrong.add(
                                        "%s: countersign %s: %s"
                                                .formatted(page.getFileName(), command, it)));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(commands).isGreaterThan(120);
    }

    @Test
    void commands_withMistakes_areFound() {
        assertThat(
                        commands(
                                "`countersign revok` and\n```bash\nx | countersign audit tail --no\n```"))
                .containsExactly("audit tail --no", "revok");
        assertThat(problem("revok")).isPresent();
        assertThat(problem("audit tial")).isPresent();
        assertThat(problem("audit tail --no-folow")).isPresent();
        assertThat(problem("audit tail --no-follow -n 3")).isEmpty();
        assertThat(problem("keys rotate xkey|issuer --wait 3600")).isEmpty();
        assertThat(problem("setup operator|static")).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(TOP.resolve("README.md")));
        try (Stream<Path> files = Files.list(TOP.resolve("ops/docs"))) {
            files.filter(it -> it.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static List<String> commands(String page) {
        List<String> found = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(page);
        while (blocks.find()) {
            String typed = blocks.group(1).replaceAll("\\\\\n\\s*", " ");
            TYPED.matcher(typed).results().map(it -> it.group(1).strip()).forEach(found::add);
        }
        String prose = BLOCK.matcher(page).replaceAll("");
        INLINE.matcher(prose)
                .results()
                .map(it -> it.group(1).replaceAll("\\s+", " ").split(" [|>] ", 2)[0].strip())
                .forEach(found::add);
        return found;
    }

    /** Follows the words into subcommands, then looks at the options. */
    private static Optional<String> problem(String command) {
        CommandLine at = Main.commandLine();
        boolean isInside = true;
        for (String word : command.replaceAll("[\\[\\]]", "").split("\\s+", -1)) {
            Matcher option = OPTION.matcher(word);
            if (option.matches()) {
                if (!at.getCommandSpec().optionsMap().containsKey(option.group(1))) {
                    return Optional.of("no option " + option.group(1));
                }
                isInside = false;
            } else if (isInside && !at.getSubcommands().isEmpty()) {
                for (String each : word.split("\\|", -1)) {
                    if (!WORD.matcher(each).matches()) {
                        return Optional.empty();
                    }
                    if (!at.getSubcommands().containsKey(each)) {
                        return Optional.of("no command " + each);
                    }
                }
                at = Objects.requireNonNull(at.getSubcommands().get(word.split("\\|", -1)[0]));
            }
        }
        return Optional.empty();
    }
}
