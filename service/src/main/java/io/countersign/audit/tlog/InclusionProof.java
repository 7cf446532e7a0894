// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows offline that one entry stands at one place of a log (C2SP tlog-proof, draft v1): needs only
 * the entry's bytes and the log's vkey.
 *
 * @param index the entry's {@code seq}
 * @param checkpoint the signed checkpoint that the hashes lead to
 */
public record InclusionProof(long index, List<TreeHash> hashes, SignedNote checkpoint) {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final int MAX_HASHES = 63;

    public InclusionProof {
        hashes = List.copyOf(hashes);
    }

    /** Reads a {@code .tlog-proof} file. */
    public static InclusionProof parse(String proof) throws BadNote {
        int end = proof.indexOf("\n\n");
        if (end < 0) {
            throw new BadNote("proof: no checkpoint");
        }
        List<String> lines = new ArrayList<>(List.of(proof.substring(0, end).split("\n", -1)));
        if (!lines.removeFirst().equals(HEADER)) {
            throw new BadNote("proof: expected " + HEADER);
        }
        if (!lines.isEmpty() && lines.getFirst().startsWith(EXTRA)) {
            Base64Text.decode(lines.removeFirst().substring(EXTRA.length()));
        }
        if (lines.isEmpty() || !lines.getFirst().startsWith(INDEX)) {
            throw new BadNote("proof: no index");
        }
        long index = Checkpoint.number(lines.removeFirst().substring(INDEX.length()));
        if (lines.size() > MAX_HASHES) {
            throw new BadNote("proof: " + lines.size() + " hashes (expected: <= 63)");
        }
        List<TreeHash> hashes = new ArrayList<>();
        for (String line : lines) {
            hashes.add(TreeHash.parse(line));
        }
        return new InclusionProof(index, hashes, SignedNote.parse(proof.substring(end + 2)));
    }

    /** The text of a {@code .tlog-proof} file. */
    public String text() {
        StringBuilder text = new StringBuilder(HEADER).append('\n').append(INDEX).append(index);
        text.append('\n');
        hashes.forEach(hash -> text.append(hash).append('\n'));
        return text.append('\n').append(checkpoint.encoded()).toString();
    }

    /**
     * Checks signature and path for the entry's exact bytes.
     *
     * @return the checkpoint that now vouches for the entry
     * @throws BadNote if anything does not fit
     */
    public Checkpoint verify(byte[] entry, NoteVerifier verifier) throws BadNote {
        Checkpoint signed = Checkpoint.verified(checkpoint, verifier);
        boolean included =
                MerkleTree.isIncluded(
                        index, signed.size(), TreeHash.leaf(entry), hashes, signed.root());
        if (!included) {
            throw new BadNote("proof: entry is not at %d of %s".formatted(index, signed.origin()));
        }
        return signed;
    }
}
