// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Proof;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an entry's place in its log, as templates show it.
 *
 * @param link where the proof can be downloaded; empty if there is none
 */
public record ProofView(boolean isVerified, String state, List<Fact> facts, String link) {
    static ProofView of(Optional<Proof> proof, String link) {
        return proof.map(p -> new ProofView(p.isVerified(), state(p), facts(p), link))
                .orElseGet(() ->
                        new ProofView(
                                false,
                                "No checkpoint that this view has read covers the entry yet.",
                                List.of(),
                                ""));
    }

    private static String state(Proof proof) {
        if (!proof.isVerified()) {
            return "NOT proven: the entry, as it is here, does not lead to the checkpoint. It, or"
                    + " what stands beside it, was changed.";
        }
        return proof.witnesses().isEmpty()
                ? "Verified: it stands in the log, under a checkpoint that its instance signed."
                : "Verified: it stands in the log, under a checkpoint that its instance and others"
                        + " signed.";
    }

    private static List<Fact> facts(Proof proof) {
        return List.of(
                new Fact("Leaf hash", proof.leaf().toString(), ""),
                new Fact("Checkpoint", "of %,d entries".formatted(proof.checkpoint().size()), ""),
                new Fact("Its root", proof.checkpoint().root().toString(), ""),
                new Fact("Path", "%d hashes".formatted(proof.inclusion().hashes().size()), ""),
                new Fact("Log's key", Names.shown(proof.vkey()), ""),
                new Fact(
                        "Other signatures",
                        proof.witnesses().isEmpty()
                                ? "none"
                                : Names.shown(String.join(", ", proof.witnesses())),
                        ""));
    }
}
