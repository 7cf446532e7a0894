// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.rotation.RotationState.PlacedKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file beside the configuration that tells how far a rotation has come: lines of {@code key:
 * value} for people to read. Whatever is in it, it is read as a state or refused with its line; it
 * is replaced as a whole. There is none when no rotation is under way.
 */
public final class RotationFile {
    private static final int LARGEST = 64 * 1024;
    private static final Set<String> ONCE =
            Set.of("kind", "of", "started", "next", "new", "rolled");
    private static final String HEAD =
            """
            # Written by "countersign keys rotate", which goes on from here. No secret is in it.
            # To give the rotation up, see ops/docs/rotation.md#giving-up, and delete this file.
            """;

    private final Path path;

    private RotationFile(Path path) {
        this.path = path;
    }

    /** What is in the file cannot be a state. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** Of one kind of key; {@code of}: whose, empty if there is only one. */
    public static RotationFile beside(Path config, KeyKind kind, String of) {
        String name =
                "rotation-"
                        + kind.word()
                        + (of.isEmpty() ? "" : "-" + of.replaceAll("[^A-Za-z0-9_-]", "_"))
                        + ".txt";
        return new RotationFile(config.toAbsolutePath().resolveSibling(name));
    }

    public Path path() {
        return path;
    }

    /** Empty if no rotation is under way. */
    public Optional<RotationState> read() throws IOException, Unreadable {
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            return Optional.of(decode(bytes));
        } catch (Unreadable e) {
            throw new Unreadable(path.getFileName() + ": " + e.getMessage());
        }
    }

    void write(RotationState state) throws IOException {
        Path fresh = path.resolveSibling("." + path.getFileName() + ".new");
        Files.write(fresh, encode(state));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    static byte[] encode(RotationState state) {
        StringBuilder text = new StringBuilder(HEAD);
        line(text, "kind", state.kind().word());
        if (!state.of().isEmpty()) {
            line(text, "of", state.of());
        }
        line(text, "started", state.started().toString());
        line(text, "next", state.next().word());
        line(text, "new", state.fresh().name() + " " + state.fresh().place());
        state.old().forEach(key -> line(text, "old", key.name() + " " + key.place()));
        state.rolled().ifPresent(time -> line(text, "rolled", time.toString()));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    /** Any bytes give a state or {@link Unreadable}, nothing else. */
    static RotationState decode(byte[] bytes) throws Unreadable {
        if (bytes.length > LARGEST) {
            throw new Unreadable("too large (expected: at most 64 KiB)");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable("not UTF-8 (expected: the text that was written)");
        }
        Map<String, String> values = new HashMap<>();
        List<PlacedKey> old = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                read(number, line.strip(), values, old);
            }
        }
        try {
            return new RotationState(
                    KeyKind.of(needed(values, "kind"))
                            .orElseThrow(() -> new Unreadable("kind: not a kind of key")),
                    values.getOrDefault("of", ""),
                    Instant.parse(needed(values, "started")),
                    Step.of(needed(values, "next"))
                            .orElseThrow(
                                    () -> new Unreadable("next: not a step (expected: roll, …)")),
                    key(needed(values, "new")),
                    old,
                    Optional.ofNullable(values.get("rolled")).map(Instant::parse));
        } catch (DateTimeException e) {
            throw new Unreadable("a time that is none (expected: like 2026-01-31T12:00:00Z)");
        } catch (IllegalArgumentException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static void read(
            int number, String line, Map<String, String> values, List<PlacedKey> old)
            throws Unreadable {
        int colon = line.indexOf(": ");
        String key = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 2).strip();
        try {
            if (key.equals("old") && !value.isEmpty()) {
                old.add(key(value));
            } else if (!ONCE.contains(key) || value.isEmpty() || values.put(key, value) != null) {
                throw new Unreadable("(expected: one of the lines that were written, once)");
            }
        } catch (Unreadable | IllegalArgumentException e) {
            throw new Unreadable("line " + number + ": " + e.getMessage());
        }
    }

    private static PlacedKey key(String value) throws Unreadable {
        int space = value.indexOf(' ');
        if (space < 0) {
            throw new Unreadable("a key without its place (expected: KEY PLACE)");
        }
        return new PlacedKey(value.substring(0, space), value.substring(space + 1).strip());
    }

    private static String needed(Map<String, String> values, String key) throws Unreadable {
        @Nullable String value = values.get(key);
        if (value == null) {
            throw new Unreadable(key + ": missing");
        }
        return value;
    }
}
