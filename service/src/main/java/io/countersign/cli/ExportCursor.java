// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far each log was exported, in a file: a log id and the next entry's place on each line. Log
 * ids, not stream sequences, because a stream may be made anew; then nothing is exported twice.
 */
final class ExportCursor {
    private static final String FORM = "[a-z0-9]{1,64} [0-9]{1,18}";

    private final Optional<Path> file;
    private final Map<String, Long> next = new HashMap<>();

    private ExportCursor(Optional<Path> file) {
        this.file = file;
    }

    /** Reads the file, if there is one yet; without one nothing is remembered. */
    static ExportCursor open(Optional<Path> file) throws IOException {
        ExportCursor cursor = new ExportCursor(file);
        if (file.isPresent() && Files.exists(file.get())) {
            for (String line : Files.readAllLines(file.get())) {
                if (!line.matches(FORM)) {
                    throw new CommandFailed(
                            ExitCode.USAGE,
                            file.get() + ": is no cursor (expected: a log id and a number a line)");
                }
                String[] words = line.split(" ", -1);
                cursor.next.put(words[0], Long.parseLong(words[1]));
            }
        }
        return cursor;
    }

    /** True if nothing was exported before. */
    boolean isFresh() {
        return next.isEmpty();
    }

    /** Where a log goes on. */
    long next(String log) {
        return next.getOrDefault(log, 0L);
    }

    /** True if the entry is new; it counts as exported then. */
    boolean passes(String log, long seq) {
        if (seq < next(log)) {
            return false;
        }
        next.put(log, seq + 1);
        return true;
    }

    /** To be called when everything so far has been written out. */
    void save() throws IOException {
        if (file.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        new TreeMap<>(next)
                .forEach((log, seq) -> text.append(log).append(' ').append(seq).append('\n'));
        Path target = file.get().toAbsolutePath();
        Path draft = target.resolveSibling(target.getFileName() + ".new");
        Files.writeString(draft, text);
        Files.move(
                draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
