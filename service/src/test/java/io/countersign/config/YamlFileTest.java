// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFileTest {
    private static final Path FILE = Path.of("x.yaml");
    private final Problems problems = new Problems();

    @Test
    void parse_nestedFile_keepsTheLineOfEveryKey() {
        YamlFile file = good("a: 1\nb:\n  c:\n    - x\n    - y: z\n");

        assertThat(file.line(path("b"))).isEqualTo(2);
        assertThat(file.line(path("b").key("c"))).isEqualTo(3);
        assertThat(file.line(path("b").key("c").index(1).key("y"))).isEqualTo(5);
        assertThat(file.line(path("b").key("missing"))).isEqualTo(2);
    }

    /** The core schema of YAML 1.2: no surprises from 1.1. */
    @ParameterizedTest
    @CsvSource({
        "no, '\"no\"'",
        "on, '\"on\"'",
        "y, '\"y\"'",
        "1_000, '\"1_000\"'",
        "1:30, '\"1:30\"'",
        "2026-12-31, '\"2026-12-31\"'",
        ".inf, '\".inf\"'",
        "=, '\"=\"'",
        "0b11, '\"0b11\"'",
        "true, true",
        "FALSE, false",
        "~, null",
        "'', null",
        "12, 12",
        "-7, -7",
        "0x1F, 31",
        "0o17, 15",
        "1.5, 1.5",
        "1e3, 1000.0",
        "'\"12\"', '\"12\"'",
        "'''true''', '\"true\"'"
    })
    void parse_scalar_meansWhatYaml12Says(String text, String json) {
        assertThat(good("a: " + text + "\n").json().get("a").toString()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "''=>x.yaml:1: the file is empty",
                "'# only a comment'=>x.yaml:1: the file is empty",
                "'---'=>x.yaml:1: the file is empty",
                "'a: 1\\na: 2'=>x.yaml:2: a: written twice; first in line 1",
                "'\"1\": a\\n1: b'=>x.yaml:2: 1: written twice; first in line 1",
                "'a: 1\\n---\\nb: 1'=>x.yaml:2: a second document (expected: one in a file)",
                "'a: *b'=>x.yaml:1: a: an alias without its anchor; put text with a leading * in quotes",
                "'a: &b [*b]'=>x.yaml:1: a[0]: an alias inside of what it stands for",
                "'a: !!java.net.URL x'=>x.yaml:1: a: a tag (!…) in front of a value; text with a leading ! needs quotes",
                "'a: !x [1]'=>x.yaml:1: a: a tag (!…) in front of a list or mapping (expected: none)",
                "'a: 010'=>x.yaml:1: a: a number with a leading zero is octal to some readers and decimal to others (expected: no leading zero, or quotes if it is text)",
                "'a: 99999999999999999999'=>x.yaml:1: a: a number that is too large (expected: at most 64 bits, or quotes if it is text)",
                "'a: 1e999'=>x.yaml:1: a: a number that is too large (expected: at most 64 bits, or quotes if it is text)",
                "'a:\\n\\tb: 1'=>x.yaml:2: a tab in the indentation (expected: spaces)",
                "'a:\\n  - >'=>x.yaml:2: a[0]: > without quotes starts a folded text (expected: \">\")",
                "'a: @b'=>x.yaml:1: text that starts with @ without quotes (expected: quotes around it)",
                "'a: [b.{{c}}.>]'=>x.yaml:1: broken [list] or {mapping}: a closing bracket or comma is missing, or text with { } [ ] , is not in quotes",
                "'a: *.b'=>x.yaml:1: text that starts with * without quotes (expected: quotes around it)",
                "'a: >.b'=>x.yaml:1: text that starts with > or | without quotes (expected: quotes around it)",
                "'a: b: c'=>x.yaml:1: a ':' that does not fit: is one missing in the line above, is the indentation wrong, or does text with ': ' need quotes?",
                "'a: 1\\nb'=>x.yaml:2: a line that is neither 'key: value' nor a list item (is a ':' missing?)",
                "'a: \"b'=>x.yaml:1: quotes that are not closed, or an unknown \\ escape inside of them",
                "'a: 1\\n b: 2'=>x.yaml:2: a ':' that does not fit: is one missing in the line above, is the indentation wrong, or does text with ': ' need quotes?",
                "'a:\\n  - b\\n c: d'=>x.yaml:3: wrong indentation, or a line that does not belong to the list or mapping above",
                "'<<: {a: 1}'=>x.yaml:1: a merge key << (expected: the keys written out; YAML 1.2)",
                "'[a]: b'=>x.yaml:1: a list, mapping or alias as a key (expected: a name)",
                "'\"\": b'=>x.yaml:1: an empty key (expected: a name)",
                "'!!str a: b'=>x.yaml:1: a tag or an anchor on a key (expected: a name)",
                "'a: \"\\ud800\"'=>x.yaml:1: a: half a character (a lone surrogate; expected: whole characters)",
            })
    void parse_brokenText_isOneProblemWithItsLine(String text, String problem) {
        YamlFile.parse(
                FILE,
                text.replace("\\n", "\n").replace("\\t", "\t").getBytes(StandardCharsets.UTF_8),
                problems);

        assertThat(problems.list()).extracting(Problem::toString).containsExactly(problem);
    }

    @Test
    void parse_bytesThatAreNotUtf8_nameTheLine() {
        YamlFile.parse(
                FILE, new byte[] {'a', ':', ' ', 'b', '\n', 'c', ':', ' ', (byte) 0xE4}, problems);

        assertThat(problems.list())
                .extracting(Problem::toString)
                .containsExactly(
                        "x.yaml:2: a byte that is not UTF-8 (expected: the file saved as UTF-8)");
    }

    @Test
    void parse_utf16_isNamed() {
        YamlFile.parse(FILE, "a: b".getBytes(StandardCharsets.UTF_16), problems);

        assertThat(problems.toString()).contains("x.yaml:1: the file is UTF-16 (expected: UTF-8)");
    }

    @Test
    void parse_truncatedCharacterAtTheEnd_isNotUtf8() {
        YamlFile.parse(FILE, new byte[] {'a', ':', ' ', (byte) 0xC3}, problems);

        assertThat(problems.toString()).contains("x.yaml:1: a byte that is not UTF-8");
    }

    @Test
    void parse_byteOrderMark_isIgnored() {
        assertThat(good("\uFEFFa: 1").json().get("a").intValue()).isEqualTo(1);
    }

    @Test
    void parse_controlCharacter_isNamedWithItsLine() {
        YamlFile.parse(FILE, "a: b\nc: \u0007".getBytes(StandardCharsets.UTF_8), problems);

        assertThat(problems.toString()).contains("x.yaml:2: the control character U+0007");
    }

    @Test
    void parse_alias_bringsInWhatItNames() {
        assertThat(good("a: &x [1, 2]\nb: *x").json().toString())
                .isEqualTo("{\"a\":[1,2],\"b\":[1,2]}");
    }

    /**
     * Nine levels of nine aliases each: a few hundred bytes that would become 387 million values.
     */
    @Test
    void parse_billionLaughs_isStopped() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i <= 9; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("]\n");
        }
        YamlFile.parse(FILE, bomb.toString().getBytes(StandardCharsets.UTF_8), problems);

        assertThat(problems.toString()).contains("too many values (expected: <= 1000000)");
    }

    @Test
    void parse_tooDeep_isStopped() {
        YamlFile.parse(FILE, ("a: " + "[".repeat(5000)).getBytes(StandardCharsets.UTF_8), problems);

        assertThat(problems.toString()).contains("nested too deeply (expected: <= 24)");
    }

    @Test
    void parse_tooLarge_isStopped() {
        YamlFile.parse(FILE, new byte[11], problems, new YamlLimits(10, 1, 1));

        assertThat(problems.toString())
                .contains("x.yaml: the file is too large (expected: <= 10 bytes)");
    }

    @Test
    void read_missingFile_isAProblem() {
        YamlFile.read(Path.of("does-not-exist.yaml"), problems);

        assertThat(problems.toString()).contains("does-not-exist.yaml: no such file");
    }

    @Test
    void read_folder_isAProblem(@TempDir Path folder) {
        YamlFile.read(folder, problems);

        assertThat(problems.toString()).contains("cannot be read: IOException");
    }

    private YamlFile good(String text) {
        Optional<YamlFile> file =
                YamlFile.parse(FILE, text.getBytes(StandardCharsets.UTF_8), problems);
        assertThat(problems.list()).isEmpty();
        return file.orElseThrow();
    }

    private static KeyPath path(String key) {
        return KeyPath.ROOT.key(key);
    }
}
