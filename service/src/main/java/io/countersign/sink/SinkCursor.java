// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a log was handed over: its id and the next entry's place, in a file. */
final class SinkCursor {
    private static final Logger log = LoggerFactory.getLogger(SinkCursor.class);
    private static final String FORM = "[a-z0-9]{1,64} [0-9]{1,18}\\s*";

    private final Path file;
    private final String logId;
    private long next;

    private SinkCursor(Path file, String logId, long next) {
        this.file = file;
        this.logId = logId;
        this.next = next;
    }

    /**
     * Goes on where the file says. Without one, and if it is another log's or was damaged, from the
     * log's first entry: twice is better than never.
     */
    static SinkCursor open(Path file, String logId) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            String[] words = text.strip().split(" ", -1);
            if (!text.matches(FORM)) {
                log.warn("{}: is no cursor; the sink begins at the first entry", file);
            } else if (!words[0].equals(logId)) {
                log.info("{}: is of an earlier log; the sink begins with the new one", file);
            } else {
                return new SinkCursor(file, logId, Long.parseLong(words[1]));
            }
        } catch (NoSuchFileException _) {
            log.debug("{}: begins", file);
        }
        return new SinkCursor(file, logId, 0);
    }

    long next() {
        return next;
    }

    /** Everything before that place was handed over. */
    void advance(long to) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            out.write(
                    ByteBuffer.wrap(
                            "%s %d%n".formatted(logId, to).getBytes(StandardCharsets.US_ASCII)));
            out.force(true); // an empty file after a power failure would begin all over
        }
        Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        next = to;
    }
}
