// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.relay.CosignedNote;
import io.countersign.nats.relay.LogSubject;
import io.countersign.nats.relay.WitnessSubject;
import io.countersign.view.Samples;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The log of instance n1 with its key, and witnesses of it, piece by piece as a stream has them.
 */
public final class SignedLog {
    public static final String ORIGIN = "countersign/east/n1/log1";
    private static final Ed25519 ED25519 = Ed25519.best();

    private final Signer signer = signer();

    /** An instance that co-signs. */
    public record Witness(String instance, Signer signer) {
        public static Witness of(String instance) {
            return new Witness(instance, SignedLog.signer());
        }

        public String name() {
            return CosignedNote.name("east", instance);
        }

        public CosignatureVerifier key() throws Exception {
            return new CosignatureVerifier(name(), signer.key(), ED25519);
        }
    }

    private static Signer signer() {
        try (Seed seed = Seed.generate(NKeyType.USER, new SecureRandom())) {
            return ED25519.signer(seed);
        }
    }

    String vkey() {
        return new NoteVerifier(ORIGIN, signer.key(), ED25519).vkey();
    }

    /** The first entries, those of {@link Samples}. */
    public List<Piece> entries(int count) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AuditEntry entry = Samples.entry(i);
            pieces.add(new Piece.Entry(entry, entry.encoded(), 1000));
        }
        return pieces;
    }

    /** The checkpoint of the first entries. */
    public Piece.Noted checkpoint(int size) {
        Frontier tree = tree(size);
        return new Piece.Noted(
                "log1", "n1", size, note(size, tree.root()), vkey(), tree.subtrees(), 2000);
    }

    private static Frontier tree(int size) {
        Frontier tree = new Frontier((_, _, _) -> {});
        IntStream.range(0, size).forEach(i -> tree.add(TreeHash.leaf(Samples.entry(i).encoded())));
        return tree;
    }

    /** What the log's key says of so many entries. */
    SignedNote note(int size, TreeHash root) {
        return new NoteSigner(ORIGIN, signer).sign(new Checkpoint(ORIGIN, size, root).text());
    }

    /** What a witness says of the first entries. */
    public Piece.Cosigned cosigned(Witness witness, int size, Instant at) throws Exception {
        return cosigned(witness, checkpoint(size).note(), at);
    }

    Piece.Cosigned cosigned(Witness witness, SignedNote note, Instant at) throws Exception {
        SignedNote both = new Cosigner(witness.name(), witness.signer()).cosign(note, at);
        return told(witness.instance(), both, witness.key().vkey());
    }

    /** Something on the subject of an instance's witness. */
    static Piece.Cosigned told(String instance, SignedNote note, String vkey) {
        WitnessSubject subject = new WitnessSubject(instance, new LogSubject("n1", "log1"));
        return new Piece.Cosigned(new CosignedNote(subject, note, vkey), 9000);
    }
}
