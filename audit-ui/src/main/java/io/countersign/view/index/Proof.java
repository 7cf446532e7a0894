// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.TreeHash;
import java.util.List;

/**
 * That an entry stands in its log, under a checkpoint that its instance signed. It says that the
 * entry did not change since then; not that the instance was honest when it wrote it.
 *
 * @param leaf the hash of the entry's bytes
 * @param inclusion what {@code .tlog-proof} files contain; see {@link InclusionProof#text}
 * @param vkey the key of the log, which a third party must have from elsewhere
 * @param witnesses names of others who signed the checkpoint
 * @param isVerified whether leaf, path, root and signature fit
 */
public record Proof(
        TreeHash leaf,
        Checkpoint checkpoint,
        InclusionProof inclusion,
        String vkey,
        List<String> witnesses,
        boolean isVerified) {
    public Proof {
        witnesses = List.copyOf(witnesses);
    }
}
