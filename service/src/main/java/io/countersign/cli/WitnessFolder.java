// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.nats.relay.StreamVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/**
 * What a witness has signed: the newest checkpoint of each log, a file each. It never signs two
 * histories of one log: what it signs next must have the tree that it signed last below it.
 */
final class WitnessFolder {
    private final Path folder;
    private final Cosigner cosigner;

    WitnessFolder(Path folder, Cosigner cosigner) {
        this.folder = folder;
        this.cosigner = cosigner;
    }

    /**
     * Signs the newest checkpoint of a log that was just verified.
     *
     * @return what came of it, for people
     * @throws BadNote if it does not extend what was signed before; nothing is signed then
     */
    String witness(StreamVerifier.Held held, Instant now) throws BadNote, IOException {
        if (!held.report().isSound()) {
            throw new BadNote(held.report().firstBroken().orElseThrow().toString());
        }
        if (held.notes().isEmpty()) {
            return "has no checkpoint, yet";
        }
        SignedNote newest = held.notes().getLast();
        Checkpoint next = Checkpoint.parse(newest);
        Path file = folder.resolve(held.log().log() + ".checkpoint");
        Optional<Checkpoint> before = signed(file);
        if (before.isPresent()) {
            extend(held, before.get(), next);
        }
        Files.createDirectories(folder);
        Path fresh = folder.resolve(held.log().log() + ".checkpoint.new");
        Files.writeString(fresh, cosigner.cosign(newest, now).encoded());
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return "signed at " + next.size() + before.map(b -> ", was at " + b.size()).orElse("");
    }

    private static Optional<Checkpoint> signed(Path file) throws BadNote, IOException {
        return Files.exists(file)
                ? Optional.of(Checkpoint.parse(SignedNote.parse(Files.readString(file))))
                : Optional.empty();
    }

    /** The stream was verified as one tree, so what its checkpoint at that size says is enough. */
    private static void extend(StreamVerifier.Held held, Checkpoint before, Checkpoint next)
            throws BadNote {
        if (!before.origin().equals(next.origin()) || before.size() > next.size()) {
            throw new BadNote(
                    "%s at %d was signed before, and the stream ends with %s at %d"
                            .formatted(before.origin(), before.size(), next.origin(), next.size()));
        }
        for (SignedNote note : held.notes()) {
            Checkpoint known = Checkpoint.parse(note);
            if (known.size() == before.size()) {
                if (!known.root().equals(before.root())) {
                    throw new BadNote("has another tree at " + before.size() + " than was signed");
                }
                return;
            }
        }
        throw new BadNote(
                ("the stream no longer has the checkpoint at %d, which was signed last; look into"
                                + " it, and move the file away to begin anew")
                        .formatted(before.size()));
    }
}
