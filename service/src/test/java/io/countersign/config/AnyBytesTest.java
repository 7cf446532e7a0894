// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged good files, with a seed that a failure names. */
class AnyBytesTest {
    private static final int ROUNDS = 300;
    private static final List<String> TOKENS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    ": ",
                    "- ",
                    "? ",
                    "&a ",
                    "*a",
                    "!!set ",
                    "| ",
                    ">",
                    "'",
                    "\"",
                    "%YAML 1.1\n",
                    "---\n",
                    "...\n",
                    "\t",
                    "\n",
                    "\n\n    ",
                    "#",
                    "~",
                    "0x",
                    "1e9",
                    "\\ud800",
                    "\u0000",
                    "\u0085",
                    "\u2028",
                    "\uFEFF",
                    "<<: ",
                    "@",
                    "`",
                    "$",
                    "é",
                    "😀");

    @TempDir Path temporary;

    @Test
    void read_damagedFiles_areAConfigurationOrProblems() throws Exception {
        AnyBytes anyBytes = new AnyBytes(ConfigFolder.in(temporary));
        long seed = 20_260_301L;
        Random random = new Random(seed);
        List<byte[]> good = goodFiles();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = good.get(random.nextInt(good.size()));
            int damages = 1 + random.nextInt(4);
            for (int i = 0; i < damages; i++) {
                bytes = damaged(bytes, random);
            }
            try {
                anyBytes.read(bytes);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed %d, round %d:%n%s".formatted(seed, round, new String(bytes, UTF_8)),
                        e);
            }
        }
    }

    private static List<byte[]> goodFiles() throws Exception {
        List<byte[]> bytes = new ArrayList<>();
        Path folder = Path.of(AnyBytesTest.class.getResource("good").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                bytes.add(Files.readAllBytes(file));
            }
        }
        return bytes;
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(20));
        return switch (random.nextInt(4)) {
            case 0 -> joined(bytes, from, to, new byte[0]);
            case 1 ->
                    joined(
                            bytes,
                            from,
                            from,
                            TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8));
            case 2 -> joined(bytes, from, to, new byte[] {(byte) random.nextInt(256)});
            default -> {
                int other = random.nextInt(bytes.length + 1);
                int end = Math.min(bytes.length, other + random.nextInt(80));
                yield joined(bytes, from, from, Arrays.copyOfRange(bytes, other, end));
            }
        };
    }

    private static byte[] joined(byte[] bytes, int from, int to, byte[] between) {
        ByteBuffer joined = ByteBuffer.allocate(bytes.length - (to - from) + between.length);
        return joined.put(bytes, 0, from).put(between).put(bytes, to, bytes.length - to).array();
    }
}
