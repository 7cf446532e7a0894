// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.BadEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.LogOrigin;
import io.countersign.audit.LogPiece;
import io.countersign.audit.LogPlace;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Reads the file of one trail. */
record TrailFeed(Path file, AuditIndex index, boolean ends) implements Feed {
    private static final int BATCH = 2_000;
    private static final Set<String> REMOVALS = Set.of("trail-retention", "trail-erasure");
    private static final Duration PAUSE = Duration.ofMillis(300);

    @Override
    public void run() throws IOException, TrailRefused, InterruptedException {
        try (TrailFile trail = TrailFile.open(file)) {
            LogOrigin origin = trail.origin();
            String vkey = trail.vkey();
            String source = "trail " + origin;
            // The checkpoint of that place may be read a second time; it says the same.
            LogPlace place = new LogPlace(index.position(source), false);
            while (!Thread.currentThread().isInterrupted()) {
                List<LogPiece> pieces = trail.pieces(place, BATCH);
                if (pieces.isEmpty()) {
                    if (ends) {
                        return;
                    }
                    Thread.sleep(PAUSE);
                    continue;
                }
                place = pieces.getLast().after();
                List<Piece> taken = pieces(pieces, origin, vkey);
                index.take(source, place.next(), taken);
                if (taken.stream().anyMatch(TrailFeed::isRemoval)) {
                    follow(trail, place.next(), origin.log());
                }
            }
        }
    }

    private static boolean isRemoval(Piece piece) {
        return piece instanceof Piece.Entry(var entry, var _, var _)
                && entry.kind() == Kind.ACT
                && REMOVALS.contains(entry.reason());
    }

    /** Bodies that retention or an erasure took from the file go from the index, too. */
    private void follow(TrailFile trail, long end, String log) throws TrailRefused {
        LogPlace place = LogPlace.START;
        while (place.next() < end) {
            List<LogPiece> pieces = trail.pieces(place, BATCH);
            if (pieces.isEmpty()) {
                return;
            }
            place = pieces.getLast().after();
            List<Long> gone = new ArrayList<>();
            for (LogPiece piece : pieces) {
                if (piece instanceof LogPiece.Removed(var first, var leaves)) {
                    LongStream.range(first, first + leaves.size()).forEach(gone::add);
                }
            }
            if (!gone.isEmpty()) {
                index.erase(log, gone);
            }
        }
    }

    private static List<Piece> pieces(List<LogPiece> read, LogOrigin origin, String vkey)
            throws IOException {
        List<Piece> pieces = new ArrayList<>();
        String log = origin.log();
        String instance = origin.instance();
        long heard = 0;
        for (LogPiece piece : read) {
            switch (piece) {
                case LogPiece.Present(_, var stored) -> {
                    try {
                        byte[] body = stored.body();
                        heard = stored.entry().time().toEpochMilli();
                        pieces.add(new Piece.Entry(stored.entry(), body, heard));
                    } catch (BadEntry e) {
                        throw new IOException(
                                "entry %d: %s".formatted(stored.seq(), e.getMessage()), e);
                    }
                }
                case LogPiece.Removed(var first, var leaves) ->
                        pieces.add(new Piece.Removed(log, instance, first, leaves, heard));
                case LogPiece.Noted(var size, var note, var subtrees) ->
                        pieces.add(
                                new Piece.Noted(log, instance, size, note, vkey, subtrees, heard));
            }
        }
        return pieces;
    }
}
