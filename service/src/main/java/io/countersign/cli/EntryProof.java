// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.crypto.Ed25519;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges the proof of one entry, offline.
 *
 * @param proof a {@code .tlog-proof} file
 * @param entry the file with the entry's exact bytes
 * @param vkey the log's key
 * @param witnesses keys of which each must have signed the checkpoint, too
 */
record EntryProof(Path proof, Path entry, String vkey, List<String> witnesses) {
    EntryProof {
        witnesses = List.copyOf(witnesses);
    }

    /** Says what it comes to; the exit code. */
    int judge(PrintWriter out) throws IOException {
        try {
            InclusionProof inclusion = InclusionProof.parse(Files.readString(proof));
            Checkpoint vouches =
                    inclusion.verify(
                            Files.readAllBytes(entry), NoteVerifier.parse(vkey, Ed25519.best()));
            List<String> signed = signed(inclusion);
            out.printf(
                    "The entry stands in %s, of %d entries.%n", vouches.origin(), vouches.size());
            signed.forEach(out::println);
            return ExitCode.DONE;
        } catch (BadNote e) {
            out.println("NOT PROVEN: " + e.getMessage());
            return ExitCode.NO;
        }
    }

    private List<String> signed(InclusionProof inclusion) throws BadNote {
        List<String> lines = new ArrayList<>();
        for (String witness : witnesses) {
            CosignatureVerifier key = CosignatureVerifier.parse(witness, Ed25519.best());
            Instant when =
                    key.cosigned(inclusion.checkpoint())
                            .orElseThrow(() ->
                                    new BadNote(
                                            "checkpoint: not signed by the witness " + key.name()));
            lines.add("Co-signed by %s at %s.".formatted(key.name(), when));
        }
        return lines;
    }
}
