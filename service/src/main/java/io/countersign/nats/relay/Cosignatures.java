// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.HeldLogVerifier;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What other instances co-signed of one log, held against what was read of it. A note counts only
 * with the signature of the log's own key, so nobody without that key can make a log look broken.
 * Used by one thread.
 */
final class Cosignatures {
    private static final int CONTRADICTIONS = 100;

    private final HeldLogVerifier verifier;
    private final List<CosignatureVerifier> trusted;
    private final Ed25519 ed25519;
    private final Map<String, SignedNote> newest = new TreeMap<>();
    private final Map<String, Long> sizes = new TreeMap<>();
    private final List<SignedNote> contradictions = new ArrayList<>();

    /**
     * @param trusted keys of witnesses as known from elsewhere; empty: each instance's own word is
     *     taken
     */
    Cosignatures(HeldLogVerifier verifier, List<CosignatureVerifier> trusted, Ed25519 ed25519) {
        this.verifier = verifier;
        this.trusted = trusted;
        this.ed25519 = ed25519;
    }

    /**
     * One of them, in the order of the stream.
     *
     * @param own checkpoints of the log that were read before it, in their order
     */
    void take(CosignedNote cosigned, List<SignedNote> own) {
        Optional<NoteVerifier> key = verifier.key();
        if (key.isEmpty()) {
            return; // the log's checkpoints are gone, and with them what it could be compared with
        }
        String witness = cosigned.subject().witness();
        try {
            Checkpoint checkpoint = Checkpoint.verified(cosigned.note(), key.get());
            CosignatureVerifier signer = cosigned.verified(ed25519);
            if (!isTrusted(signer)) {
                return;
            }
            Optional<String> difference = difference(checkpoint, own);
            if (difference.isPresent()) {
                verifier.contradicted(
                        Math.max(0, checkpoint.size() - 1),
                        "co-signed by %s at %d: %s"
                                .formatted(witness, checkpoint.size(), difference.get()));
                if (contradictions.size() < CONTRADICTIONS) {
                    contradictions.add(cosigned.note());
                }
            } else if (checkpoint.size() >= sizes.getOrDefault(witness, 0L)) {
                sizes.put(witness, checkpoint.size());
                newest.put(witness, cosigned.note());
            }
        } catch (BadNote e) {
            verifier.unusable("what %s co-signed of it: %s".formatted(witness, e.getMessage()));
        }
    }

    private boolean isTrusted(CosignatureVerifier signer) {
        return trusted.isEmpty() || trusted.stream().anyMatch(t -> t.vkey().equals(signer.vkey()));
    }

    /** How the log, as it was read, differs from this tree; empty if it does not, or is gone. */
    private static Optional<String> difference(Checkpoint tree, List<SignedNote> own)
            throws BadNote {
        int low = 0;
        int high = own.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Checkpoint.parse(own.get(middle)).size() < tree.size()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == own.size()) {
            return Optional.of("the log was not so long any more");
        }
        Checkpoint known = Checkpoint.parse(own.get(low));
        if (known.size() != tree.size()) {
            return low == 0 ? Optional.empty() : Optional.of("that checkpoint is missing");
        }
        return known.equals(tree) ? Optional.empty() : Optional.of("the log has another root");
    }

    /** Up to where each instance has co-signed. */
    List<StreamVerifier.Cosigned> all() {
        return sizes.entrySet().stream()
                .map(each -> new StreamVerifier.Cosigned(each.getKey(), each.getValue()))
                .toList();
    }

    /** What a file of the log can be held against. */
    List<SignedNote> notes() {
        List<SignedNote> all = new ArrayList<>(newest.values());
        all.addAll(contradictions);
        return all;
    }
}
