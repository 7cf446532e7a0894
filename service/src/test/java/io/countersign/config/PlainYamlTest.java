// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the fast parser reads a file at all, it reads what the library's does. */
class PlainYamlTest {
    private static final YamlLimits LIMITS = YamlLimits.USERS;

    /** What documents are made of; much of it is nothing for the fast one. */
    private static final List<String> PIECES =
            List.of(
                    "a",
                    "b-c",
                    "key",
                    "0",
                    "12",
                    "007",
                    "1e3",
                    "true",
                    "null",
                    "~",
                    "-",
                    "-x",
                    "$y",
                    ":",
                    ": ",
                    ":x",
                    ",",
                    ", ",
                    "[",
                    "]",
                    "{",
                    "}",
                    "#",
                    " #",
                    " # c",
                    "\"",
                    "'",
                    "\"q w\"",
                    "'q # w'",
                    "''",
                    "\\",
                    "\\n",
                    " ",
                    "  ",
                    "\n",
                    "\n ",
                    "\n  ",
                    "\n    ",
                    "\n\n",
                    "\n#c\n",
                    "- ",
                    "\n- ",
                    "\n  - ",
                    "\n  - k: ",
                    "k: ",
                    "\nk: ",
                    "\n  l: ",
                    "[a, b]",
                    "{a: b}",
                    "{a: [x, \"y\"], c: d}",
                    "[]",
                    "{}",
                    "::1",
                    "10.0.0.0/8",
                    "2026-12-31T00:00:00Z",
                    "sha256:00ff",
                    "é",
                    "😀",
                    "\u00a0",
                    "\u0085",
                    "\u2028",
                    "\t",
                    "?",
                    "? ",
                    "|",
                    ">",
                    "&a ",
                    "*a",
                    "!t ",
                    "%",
                    "@",
                    "`",
                    "<<: ",
                    "---",
                    "\n---\n",
                    "...",
                    "..",
                    "eyJhbGciOi.eyJzdWIiOi.x",
                    "x y",
                    "a#b",
                    "a:b",
                    "a,b");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: 1\nusers: []\n",
                "version: 1\nusers:\n- name: a\n  groups: [x, \"y z\"]\n- name: b\n",
                "# users\nusers:\n\n  - name: a # the first\n    password: \"$2b$\"\n  # and\n  -   k: 'v'\n      l: {m: n, o: [p]}\n",
                "a: { b: [ c , d ] , e: f } # g\n",
                "a:\n  b:\n    - c\n    - d e f\n  g: h#i\nj: k"
            })
    void parse_whatProgramsWrite_isRead(String text) {
        assertThat(fast(text)).isPresent().isEqualTo(slow(text));
    }

    /** Each is read otherwise than it looks, or not at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b\n  c\n",
                "a: b: c\n",
                "a: [b,\n  c]\n",
                "a: \"b\\n\"\n",
                "a: 'it''s'\n",
                "a: 007\n",
                "a: 1\na: 2\n",
                "a:\n",
                "a: ~\n",
                "a: null\n",
                "a: &x b\nc: *x\n",
                "a: !!set {}\n",
                "a: |\n  b\n",
                "a: b\n---\nc: d\n",
                "- - a\n",
                "a: [b: c]\n",
                "a: [b, ]\n",
                "a: {b}\n",
                "a: b\n c: d\n",
                "\ta: b\n",
                "a:\tb\n",
                " a: b\nc: d\n",
                "a: \"b\"c\n",
                "a: {b: c}d\n",
                "a: [b c]\n",
                "<<: {a: b}\n",
                "a: b # c\u2028d: e\n",
                "# c\u0085d: e\nf: g\n",
                "a: SUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFLM\n"
            })
    void parse_whatIsUnusual_isLeftToTheOther(String text) {
        assertThat(fast(text)).isEmpty();
    }

    @Test
    void parse_goodAndBadFiles_areReadAlikeOrLeft() throws Exception {
        int read = 0;
        for (String folder : List.of("good", "bad")) {
            Path path = Path.of(PlainYamlTest.class.getResource(folder).toURI());
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    read += agree(text) ? 1 : 0;
                }
            }
        }
        assertThat(read).isGreaterThan(10);
    }

    @Test
    void parse_anyPieces_areReadAlikeOrLeft() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 40_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "k: " : "");
            int pieces = 1 + random.nextInt(9);
            for (int p = 0; p < pieces; p++) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            try {
                read += agree(text.toString()) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed %d: <%s>".formatted(seed, text), e);
            }
        }
        assertThat(read).as("seed %d: documents that it reads", seed).isGreaterThan(1_000);
    }

    /** Users as they are, with some characters of them changed. */
    @Test
    void parse_damagedUsers_areReadAlikeOrLeft() throws Exception {
        String good =
                Files.readString(
                        Path.of(PlainYamlTest.class.getResource("good/users-full.yaml").toURI()));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder(good);
            int damages = random.nextInt(3);
            for (int d = 0; d < damages; d++) {
                int at = random.nextInt(text.length());
                String piece = PIECES.get(random.nextInt(PIECES.size()));
                text.replace(at, at + random.nextInt(2), piece);
            }
            try {
                read += agree(text.toString()) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed %d: <%s>".formatted(seed, text), e);
            }
        }
        assertThat(read).as("seed %d: files that it reads", seed).isGreaterThan(200);
    }

    @Test
    void parse_tooDeepOrTooMuch_isLeftToTheOther() {
        YamlLimits narrow = new YamlLimits(1000, 3, 8);

        assertThat(new PlainYaml("a: {b: c}\n", narrow).parse()).isPresent();
        assertThat(new PlainYaml("a: {b: {c: d}}\n", narrow).parse()).isEmpty();
        assertThat(new PlainYaml("a: [b, c, d, e, f, g]\n", narrow).parse()).isEmpty();
    }

    /**
     * Whether the fast one read it; then the other one must have found the same, and no problem.
     */
    private static boolean agree(String text) {
        Optional<YamlNode> fast =
                text.chars().allMatch(c -> c > 0 && c != '\r') ? fast(text) : Optional.empty();
        fast.ifPresent(root -> {
            Problems problems = new Problems();
            assertThat(slow(text, problems)).contains(root);
            assertThat(problems.list()).isEmpty();
            assertThat(orders(root)).isEqualTo(orders(slow(text).orElseThrow()));
        });
        return fast.isPresent();
    }

    private static Optional<YamlNode> fast(String text) {
        return new PlainYaml(text, LIMITS).parse();
    }

    private static Optional<YamlNode> slow(String text) {
        return slow(text, new Problems());
    }

    private static Optional<YamlNode> slow(String text, Problems problems) {
        return new YamlParser(Path.of("x.yaml"), text, problems, LIMITS).parse();
    }

    /** Keys in their order, which maps that are equal need not share. */
    private static List<String> orders(YamlNode node) {
        List<String> keys = new ArrayList<>();
        switch (node) {
            case YamlNode.Mapping mapping ->
                    mapping.entries()
                            .forEach((key, entry) -> {
                                keys.add(key);
                                keys.addAll(orders(entry.value()));
                            });
            case YamlNode.Sequence list -> list.items().forEach(it -> keys.addAll(orders(it)));
            case YamlNode.Scalar _ -> {}
        }
        return keys;
    }
}
