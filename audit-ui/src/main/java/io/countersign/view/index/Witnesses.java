// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.SignedNote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys of witnesses as they are known from elsewhere. Whoever may publish in the operations account
 * can sign with a key of their own under any name, so only signatures of these keys are ever called
 * verified. Thread-safe.
 */
public record Witnesses(List<CosignatureVerifier> keys) {
    /** Nobody is known: every signature is only told of. */
    public static final Witnesses NONE = new Witnesses(List.of());

    public Witnesses {
        keys = List.copyOf(keys);
    }

    /** What stands under a checkpoint: signatures that count or are at least told of, and whose. */
    record Judged(SignedNote note, List<Proof.Witness> witnesses) {}

    boolean knows(String vkey) {
        return keys.stream().anyMatch(key -> key.vkey().equals(vkey));
    }

    /**
     * Judges all signatures but those of the log itself. One under the name of a known witness that
     * its key did not make is left out, so that nobody spoils a good proof by adding to it.
     *
     * @param log the name of the log's key
     */
    Judged judge(SignedNote note, String log) {
        List<SignedNote.Signature> left = new ArrayList<>();
        List<Proof.Witness> witnesses = new ArrayList<>();
        for (SignedNote.Signature signature : note.signatures()) {
            if (signature.name().equals(log)) {
                left.add(signature);
                continue;
            }
            Optional<Instant> when = when(note.text(), signature);
            if (when.isPresent() || keys.stream().noneMatch(k -> isOf(k, signature))) {
                left.add(signature);
                witnesses.add(new Proof.Witness(signature.name(), when));
            }
        }
        return new Judged(new SignedNote(note.text(), left), witnesses);
    }

    private static boolean isOf(CosignatureVerifier key, SignedNote.Signature signature) {
        return signature.name().equals(key.name());
    }

    private Optional<Instant> when(String text, SignedNote.Signature signature) {
        return keys.stream()
                .filter(key -> isOf(key, signature))
                .flatMap(key -> when(key, text, signature).stream())
                .findFirst();
    }

    /** When this key made this signature under the text; empty if it did not. */
    static Optional<Instant> when(
            CosignatureVerifier key, String text, SignedNote.Signature signature) {
        try {
            return key.cosigned(new SignedNote(text, List.of(signature)));
        } catch (BadNote _) {
            return Optional.empty(); // under its name and id, and none of its
        }
    }
}
