// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.rotation.RotationState.PlacedKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationFileTest {
    private static final int ROUNDS = 2000;

    @TempDir Path dir;

    private static final RotationState STATE =
            new RotationState(
                    KeyKind.XKEY,
                    "",
                    Instant.parse("2026-01-31T12:00:00Z"),
                    Step.ROLL,
                    new PlacedKey("XNEW", "keys/xkey-2026-01-31.nk"),
                    List.of(new PlacedKey("XOLD", "keys/old key.nk")),
                    Optional.empty());

    @Test
    void encode_aState_isReadableForPeople() {
        assertThat(new String(RotationFile.encode(STATE), StandardCharsets.UTF_8))
                .endsWith(
                        """
                        kind: xkey
                        started: 2026-01-31T12:00:00Z
                        next: roll
                        new: XNEW keys/xkey-2026-01-31.nk
                        old: XOLD keys/old key.nk
                        """);
    }

    @Test
    void decode_whatWasEncoded_isTheSameState() throws Exception {
        Random random = new Random(71);
        for (int i = 0; i < ROUNDS; i++) {
            RotationState state = drawn(random);
            assertThat(RotationFile.decode(RotationFile.encode(state))).isEqualTo(state);
        }
    }

    /** A file that was cut, edited or mixed up never becomes anything but a state or a refusal. */
    @Test
    void decode_damagedFiles_areAStateOrUnreadable() {
        Random random = new Random(72);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = RotationFile.encode(drawn(random));
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                RotationState read = RotationFile.decode(bytes);
                assertThat(RotationFile.decode(RotationFile.encode(read))).isEqualTo(read);
            } catch (RotationFile.Unreadable _) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1, ROUNDS - 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "next: roll | next: dance | next: not a step",
                "kind: xkey | kind: master | kind: not a kind",
                "started: 2026-01-31T12:00:00Z | started: yesterday | a time that is none",
                "old: XOLD keys/old key.nk | # | old: 0 (expected: 1 to 16)",
                "old: XOLD keys/old key.nk | old: XNEW keys/x.nk | is an old one, too",
                "new: XNEW keys/xkey-2026-01-31.nk | new: XNEW | a key without its place",
                "kind: xkey | seed: SXANYTHING | line 3:",
                "next: roll | kind: xkey | line 5:"
            })
    void decode_aLineThatCannotBe_isRefusedWithItsPlace(String line, String with, String why) {
        String text = new String(RotationFile.encode(STATE), StandardCharsets.UTF_8);
        assertThat(text).contains(line);

        assertThatThrownBy(() ->
                        RotationFile.decode(
                                text.replace(line, with).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RotationFile.Unreadable.class)
                .hasMessageContaining(why);
    }

    @Test
    void read_noFile_isNoRotation() throws Exception {
        RotationFile file = RotationFile.beside(dir.resolve("c.yaml"), KeyKind.XKEY, "");

        assertThat(file.read()).isEmpty();
        file.write(STATE);
        assertThat(file.read()).contains(STATE);
        file.delete();
        assertThat(file.read()).isEmpty();
    }

    private static RotationState drawn(Random random) {
        List<PlacedKey> old = new ArrayList<>();
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            old.add(
                    new PlacedKey(
                            "O" + n + word(random), (word(random) + " " + word(random)).strip()));
        }
        return new RotationState(
                List.of(KeyKind.values()).get(random.nextInt(KeyKind.values().length)),
                random.nextBoolean() ? "" : word(random),
                Instant.ofEpochMilli(random.nextLong(0, 1L << 45)),
                List.of(Step.values()).get(random.nextInt(Step.values().length)),
                new PlacedKey("N" + word(random), word(random)),
                old,
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(random.nextLong(0, 1L << 33))));
    }

    private static String word(Random random) {
        String letters = "abcXYZ019/._-:#é中\uD83D\uDD11$\"\\";
        int[] points = letters.codePoints().toArray();
        StringBuilder word = new StringBuilder();
        for (int n = random.nextInt(1, 12); n > 0; n--) {
            word.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return word.toString();
    }
}
