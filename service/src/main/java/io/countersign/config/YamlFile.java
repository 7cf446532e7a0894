// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.Sha2;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * One YAML file: parsed, not yet judged. Whatever the bytes are, the result is a tree or problems,
 * never an exception. Immutable.
 *
 * @param digest SHA-256 of the very bytes that were parsed, in hex: reading them again for it could
 *     name another version
 */
public record YamlFile(Path path, YamlNode root, String digest) {
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    /** Reads and parses; empty means that at least one problem was added. */
    public static Optional<YamlFile> read(Path file, Problems problems) {
        return read(file, problems, YamlLimits.DEFAULT);
    }

    static Optional<YamlFile> read(Path file, Problems problems, YamlLimits limits) {
        return bytes(file, problems, limits).flatMap(bytes -> parse(file, bytes, problems, limits));
    }

    /** What is in the file, up to one byte more than is allowed. */
    static Optional<byte[]> bytes(Path file, Problems problems, YamlLimits limits) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(limits.bytes() + 1));
        } catch (NoSuchFileException missing) {
            problems.add(new Problem(file, 0, "", "no such file"));
        } catch (IOException unreadable) {
            // The message of a FileSystemException is mostly the path again; its kind says more.
            String kind = unreadable.getClass().getSimpleName();
            problems.add(new Problem(file, 0, "", "cannot be read: " + kind));
        }
        return Optional.empty();
    }

    /** Parses bytes that came from the file; empty means that at least one problem was added. */
    public static Optional<YamlFile> parse(Path file, byte[] bytes, Problems problems) {
        return parse(file, bytes, problems, YamlLimits.DEFAULT);
    }

    static Optional<YamlFile> parse(Path file, byte[] bytes, Problems problems, YamlLimits limits) {
        if (bytes.length > limits.bytes()) {
            String message = "the file is too large (expected: <= " + limits.bytes() + " bytes)";
            problems.add(new Problem(file, 0, "", message));
            return Optional.empty();
        }
        return decode(file, bytes, problems)
                .flatMap(text -> root(file, text, problems, limits))
                .map(root -> new YamlFile(file, root, digest(bytes)));
    }

    /** In the fast way if that can read it, and it mostly can. */
    private static Optional<YamlNode> root(
            Path file, String text, Problems problems, YamlLimits limits) {
        Optional<YamlNode> fast = new PlainYaml(text, limits).parse();
        return fast.isPresent() ? fast : new YamlParser(file, text, problems, limits).parse();
    }

    /** The same tree for the schema validator, made anew. */
    JsonNode json() {
        return root.json();
    }

    static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(Sha2.SHA_256.of(bytes));
    }

    /** The line of a place; for one that is not there, of what would contain it. */
    public int line(KeyPath path) {
        YamlNode.Entry place = new YamlNode.Entry(root.line(), root);
        for (KeyPath.Step step : path.steps()) {
            Optional<YamlNode.Entry> deeper = place.value().child(step);
            if (deeper.isEmpty()) {
                break;
            }
            place = deeper.get();
        }
        return place.line();
    }

    /**
     * The place without positions that the file has no list for: one value without brackets counts
     * as a list of one, but its author would not know it as {@code network[0]}.
     */
    KeyPath existing(KeyPath path) {
        KeyPath existing = KeyPath.ROOT;
        Optional<YamlNode> node = Optional.of(root);
        for (KeyPath.Step step : path.steps()) {
            Optional<YamlNode> deeper =
                    node.flatMap(it -> it.child(step)).map(YamlNode.Entry::value);
            if (step instanceof KeyPath.Step.Key || deeper.isPresent()) {
                existing = existing.and(step);
            }
            node = deeper;
        }
        return existing;
    }

    /** A problem at a place of this file. */
    public Problem problem(KeyPath at, String message) {
        return new Problem(path, line(at), at.toString(), message);
    }

    private static Optional<String> decode(Path file, byte[] bytes, Problems problems) {
        if (startsLikeUtf16(bytes)) {
            problems.add(new Problem(file, 1, "", "the file is UTF-16 (expected: UTF-8)"));
            return Optional.empty();
        }
        Optional<String> plain = plainText(bytes);
        if (plain.isPresent()) {
            return plain;
        }
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            String message = "a byte that is not UTF-8 (expected: the file saved as UTF-8)";
            problems.add(new Problem(file, lines(text), "", message));
            return Optional.empty();
        }
        // Some editors write one; it carries no meaning in UTF-8.
        if (!text.isEmpty() && text.codePointAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        return printable(file, text, problems);
    }

    /** The text if it is ASCII, as nearly every file: that needs no decoding and no second look. */
    static Optional<String> plainText(byte[] bytes) {
        for (byte b : bytes) {
            if ((b < ' ' || b > '~') && b != '\n' && b != '\r' && b != '\t') {
                return Optional.empty();
            }
        }
        return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static Optional<String> printable(Path file, String text, Problems problems) {
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c) - 1;
            if (!StreamReader.isPrintable(c)) {
                String message =
                        "the control character U+%04X (expected: printable text)".formatted(c);
                problems.add(new Problem(file, lines(text.substring(0, i)), "", message));
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    private static boolean startsLikeUtf16(byte[] bytes) {
        return bytes.length >= 2
                && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                        || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
    }

    private static int lines(String before) {
        return 1 + (int) before.chars().filter(c -> c == '\n').count();
    }
}
