// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.LogPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, in a small file beside the trail, how far a log was relayed to which stream. It is
 * asked in one case only: the stream holds nothing of the log any more. If it is still the same
 * stream, its retention took everything, and what was relayed is not relayed again. Losing the file
 * therefore costs nothing but that. Used by one thread.
 */
final class RelayMark {
    private static final Logger log = LoggerFactory.getLogger(RelayMark.class);

    private final Path file;
    private String written = "";

    RelayMark(Path file) {
        this.file = file;
    }

    /** How far the log was relayed, if it was to this very stream. */
    Optional<LogPlace> read(String logId, String stream) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String[] words = Files.readString(file).strip().split(" ", -1);
            if (words.length != 4
                    || !words[0].equals(logId)
                    || !words[1].equals(stream)
                    || !words[2].matches("[0-9]{1,18}")) {
                return Optional.empty();
            }
            return Optional.of(
                    new LogPlace(Long.parseLong(words[2]), Boolean.parseBoolean(words[3])));
        } catch (IOException e) {
            log.warn("{}: cannot be read: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    void write(String logId, String stream, LogPlace place) {
        String text = "%s %s %d %b\n".formatted(logId, stream, place.next(), place.noted());
        if (text.equals(written)) {
            return;
        }
        try {
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(draft, text);
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            written = text;
        } catch (IOException e) {
            log.debug("{}: cannot be written: {}", file, e.getMessage());
        }
    }
}
