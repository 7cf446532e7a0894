// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Proof;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an entry's place in its log, as templates show it.
 *
 * @param link where the proof can be downloaded; empty if there is none
 */
public record ProofView(boolean isVerified, String state, List<Fact> facts, String link) {
    static ProofView of(Optional<Proof> proof, String link, ZoneId zone) {
        return proof.map(p -> new ProofView(p.isVerified(), state(p), facts(p, zone), link))
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
        long witnesses = proof.witnesses().stream().filter(Proof.Witness::isVerified).count();
        return "Verified: it stands in the log, under a checkpoint that its instance signed"
                + switch ((int) witnesses) {
                    case 0 -> ".";
                    case 1 -> " and a witness co-signed.";
                    default -> " and %d witnesses co-signed.".formatted(witnesses);
                };
    }

    private static List<Fact> facts(Proof proof, ZoneId zone) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Leaf hash", proof.leaf().toString(), ""));
        facts.add(
                new Fact("Checkpoint", "of %,d entries".formatted(proof.checkpoint().size()), ""));
        facts.add(new Fact("Its root", proof.checkpoint().root().toString(), ""));
        facts.add(new Fact("Path", "%d hashes".formatted(proof.inclusion().hashes().size()), ""));
        facts.add(new Fact("Log's key", Names.shown(proof.vkey()), ""));
        for (Proof.Witness witness : proof.witnesses()) {
            facts.add(fact(witness, zone));
        }
        if (proof.witnesses().isEmpty()) {
            facts.add(new Fact("Witnesses", "none", ""));
        }
        return facts;
    }

    /** A name beside a key that nobody gave to this view could be anybody's. */
    private static Fact fact(Proof.Witness witness, ZoneId zone) {
        String name = Names.shown(witness.name());
        return witness.at()
                .map(at -> new Fact("Witness", name + ", at " + Shown.full(at, zone), ""))
                .orElseGet(() ->
                        new Fact(
                                "Says to be a witness",
                                name + ": NOT verified, this view was not given its key",
                                ""));
    }
}
