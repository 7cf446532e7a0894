// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What viewers did, a line each in a file of this replica: who, from where, what. Two files of 16
 * MiB at most. Thread-safe.
 */
public final class Activity {
    private static final Logger log = LoggerFactory.getLogger(Activity.class);
    private static final long LARGEST = 16L * 1024 * 1024;
    private static final int TAIL = 256 * 1024;
    private static final int DETAIL = 2_000;
    private static final int FIELDS = 5;

    private final Path file;
    private final Clock clock;

    @GuardedBy("this")
    private long size;

    /** One thing that somebody did. */
    public record Line(String time, String viewer, String address, String what, String detail) {
        /** With its time in other words. */
        public Line at(String other) {
            return new Line(other, viewer, address, what, detail);
        }
    }

    public Activity(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        make();
        this.size = Files.size(file);
    }

    /** Writes it down; a full disk is loud in the log and stops nobody. */
    public synchronized void record(String viewer, String address, String what, String detail) {
        String line =
                String.join(
                                "\t",
                                clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
                                plain(viewer),
                                plain(address),
                                what,
                                plain(detail.substring(0, Math.min(DETAIL, detail.length()))))
                        + "\n";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            if (size + bytes.length > LARGEST) {
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
                make();
                size = 0;
            }
            Files.write(file, bytes, StandardOpenOption.APPEND);
            size += bytes.length;
        } catch (IOException e) {
            log.error("what {} did is not written down: {}", plain(viewer), e.getMessage());
        }
    }

    /** The newest lines, newest first. */
    public synchronized List<Line> newest(int limit) throws IOException {
        byte[] tail;
        long from;
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            from = Math.max(0, reader.length() - TAIL);
            tail = new byte[(int) (reader.length() - from)];
            reader.seek(from);
            reader.readFully(tail);
        }
        List<String> lines =
                new ArrayList<>(
                        Arrays.asList(new String(tail, StandardCharsets.UTF_8).split("\n")));
        if (from > 0) {
            lines.removeFirst();
        }
        Collections.reverse(lines);
        return lines.stream()
                .map(line -> line.split("\t", FIELDS))
                .filter(parts -> parts.length == FIELDS)
                .limit(limit)
                .map(p -> new Line(p[0], p[1], p[2], p[3], p[4]))
                .toList();
    }

    private void make() throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (Character.getType(c)) {
                        case Character.CONTROL,
                                Character.FORMAT,
                                Character.SURROGATE,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR ->
                                plain.append("\\u{%x}".formatted(c));
                        default -> plain.appendCodePoint(c);
                    }
                });
        return plain.toString();
    }
}
