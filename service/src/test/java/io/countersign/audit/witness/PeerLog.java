// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** A log of another instance, and what somebody who has its key can make of it. */
final class PeerLog {
    static final String INSTANCE = "n2";
    static final String LOG = "0a1b2c";
    static final String ORIGIN = "countersign/east/" + INSTANCE + "/" + LOG;

    private final Signer key;
    private final List<String> entries = new ArrayList<>();

    PeerLog() {
        this(freshKey());
    }

    private PeerLog(Signer key) {
        this.key = key;
    }

    static Signer freshKey() {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            return Ed25519.best().signer(seed);
        }
    }

    PeerLog grow(int count) {
        for (int i = 0; i < count; i++) {
            entries.add("entry " + entries.size());
        }
        return this;
    }

    /** The same log, rewritten from an entry on, with its own key. */
    PeerLog rewrittenFrom(int seq) {
        PeerLog other = new PeerLog(key);
        for (int i = 0; i < entries.size(); i++) {
            other.entries.add(i < seq ? entries.get(i) : "rewritten " + i);
        }
        return other;
    }

    /** The same entries under another key. */
    PeerLog underAnotherKey() {
        PeerLog other = new PeerLog(freshKey());
        other.entries.addAll(entries);
        return other;
    }

    /** What is left when the end is cut off. */
    PeerLog cutTo(int size) {
        PeerLog other = new PeerLog(key);
        other.entries.addAll(entries.subList(0, size));
        return other;
    }

    byte[] body(int seq) {
        return entries.get(seq).getBytes(StandardCharsets.UTF_8);
    }

    int size() {
        return entries.size();
    }

    Frontier tree(int size) {
        Frontier tree = new Frontier((_, _, _) -> {});
        for (int i = 0; i < size; i++) {
            tree.add(TreeHash.leaf(body(i)));
        }
        return tree;
    }

    SignedNote note(int size) {
        return new NoteSigner(ORIGIN, key)
                .sign(new Checkpoint(ORIGIN, size, tree(size).root()).text());
    }

    String vkey() {
        return new NoteVerifier(ORIGIN, key.key(), Ed25519.best()).vkey();
    }

    /** Brings entries, and a checkpoint over all of them. */
    void bring(FollowedLog to, int from, int size) {
        for (int seq = from; seq < size; seq++) {
            to.entry(seq, body(seq));
        }
        checkpoint(to, size);
    }

    void checkpoint(FollowedLog to, int size) {
        to.checkpoint(size, note(size), vkey(), tree(size).subtrees(), 1000L + size);
    }

    void removed(FollowedLog to, int from, int size) {
        List<TreeHash> leaves = new ArrayList<>();
        for (int seq = from; seq < size; seq++) {
            leaves.add(TreeHash.leaf(body(seq)));
        }
        to.removed(from, leaves);
    }
}
