// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.TreeHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far a witness has read, and each log's tree there: a small text file.
 *
 * @param stream names what was read; in another one, no place means anything
 * @param position of the last message that was read
 */
public record ReadingPlace(String stream, long position, List<FollowedLog.Mark> logs) {
    private static final String HEADER = "countersign witness 1";
    private static final String TAB = "\t";
    private static final Pattern WORD = Pattern.compile("[!-~]{1,128}");
    private static final int FIELDS = 9;

    public ReadingPlace {
        logs = List.copyOf(logs);
    }

    String text() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        text.append(stream).append(TAB).append(position).append('\n');
        for (FollowedLog.Mark log : logs) {
            text.append(line(log)).append('\n');
        }
        return text.toString();
    }

    private static String line(FollowedLog.Mark log) {
        return String.join(
                TAB,
                "log",
                log.instance(),
                log.log(),
                log.vkey(),
                Long.toString(log.size()),
                String.join(",", log.subtrees().stream().map(TreeHash::toString).toList()),
                Long.toString(log.place()),
                log.refusal().map(r -> r.contradicts() ? "contradicts" : "unproven").orElse(""),
                log.refusal().map(Refusal::what).orElse(""));
    }

    static ReadingPlace parse(String text) throws BadNote {
        String[] lines = text.split("\n", -1);
        if (lines.length < 3 || !lines[0].equals(HEADER) || !lines[lines.length - 1].isEmpty()) {
            throw new BadNote("not a reading place");
        }
        String[] place = lines[1].split(TAB, -1);
        if (place.length != 2 || !WORD.matcher(place[0]).matches()) {
            throw new BadNote("reading place: no stream and position");
        }
        List<FollowedLog.Mark> logs = new ArrayList<>();
        for (int i = 2; i < lines.length - 1; i++) {
            logs.add(mark(lines[i].split(TAB, -1)));
        }
        return new ReadingPlace(place[0], number(place[1]), logs);
    }

    private static FollowedLog.Mark mark(String[] fields) throws BadNote {
        if (fields.length != FIELDS || !fields[0].equals("log")) {
            throw new BadNote("reading place: " + fields.length + " fields (expected: 9)");
        }
        List<TreeHash> subtrees = new ArrayList<>();
        for (String hash : fields[5].isEmpty() ? new String[0] : fields[5].split(",", -1)) {
            subtrees.add(TreeHash.parse(hash));
        }
        return new FollowedLog.Mark(
                fields[1],
                fields[2],
                fields[3],
                number(fields[4]),
                subtrees,
                number(fields[6]),
                refusal(fields[7], fields[8]));
    }

    private static Optional<Refusal> refusal(String kind, String what) throws BadNote {
        return switch (kind) {
            case "" -> Optional.empty();
            case "contradicts" -> Optional.of(new Refusal(true, what));
            case "unproven" -> Optional.of(new Refusal(false, what));
            default -> throw new BadNote("reading place: an unknown kind of refusal");
        };
    }

    private static long number(String text) throws BadNote {
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new BadNote("reading place: no number");
        }
        return Long.parseLong(text);
    }
}
