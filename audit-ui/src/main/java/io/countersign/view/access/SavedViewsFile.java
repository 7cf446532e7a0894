// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saved searches in a file, a line each: person, name and link between tabs. Read at each use: it
 * is small, and replicas may share it. Thread-safe within one process.
 */
public final class SavedViewsFile implements SavedViews {
    private static final Logger log = LoggerFactory.getLogger(SavedViewsFile.class);
    private static final int FIELDS = 3;

    private final Path file;

    public SavedViewsFile(Path file) {
        this.file = file;
    }

    /** A line. */
    private record Line(String person, SavedView view) {
        static Optional<Line> parse(String text) {
            String[] parts = text.split("\t", -1);
            try {
                return parts.length == FIELDS
                        ? Optional.of(new Line(parts[0], new SavedView(parts[1], parts[2])))
                        : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        boolean is(Viewer viewer, String name) {
            return person.equals(viewer.fullName()) && view.name().equals(name);
        }

        @Override
        public String toString() {
            return String.join("\t", person, view.name(), view.link());
        }
    }

    @Override
    public synchronized List<SavedView> of(Viewer viewer) {
        try {
            return lines().stream()
                    .filter(line -> line.person().equals(viewer.fullName()))
                    .map(Line::view)
                    .sorted(Comparator.comparing(SavedView::name))
                    .toList();
        } catch (IOException e) {
            log.error("saved views cannot be read: {}", e.getMessage());
            return List.of();
        }
    }

    @Override
    public synchronized boolean save(Viewer viewer, SavedView view) throws IOException {
        List<Line> lines = lines();
        lines.removeIf(line -> line.is(viewer, view.name()));
        long have = lines.stream().filter(l -> l.person().equals(viewer.fullName())).count();
        if (have >= MOST) {
            return false;
        }
        lines.add(new Line(viewer.fullName(), view));
        write(lines);
        return true;
    }

    @Override
    public synchronized void forget(Viewer viewer, String name) throws IOException {
        List<Line> lines = lines();
        if (lines.removeIf(line -> line.is(viewer, name))) {
            write(lines);
        }
    }

    private List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(text -> Line.parse(text).ifPresent(lines::add));
        }
        return lines;
    }

    private void write(List<Line> lines) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(next, lines.stream().map(Line::toString).toList());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
