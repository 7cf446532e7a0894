// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.TreeHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * That an entry stands in its log, under a checkpoint that its instance signed. It says that the
 * entry did not change since then; not that the instance was honest when it wrote it.
 *
 * @param leaf the hash of the entry's bytes
 * @param inclusion what {@code .tlog-proof} files contain; see {@link InclusionProof#text}
 * @param vkey the key of the log, which a third party must have from elsewhere
 * @param witnesses who else signed the checkpoint
 * @param isVerified whether leaf, path, root and the log's signature fit
 */
public record Proof(
        TreeHash leaf,
        Checkpoint checkpoint,
        InclusionProof inclusion,
        String vkey,
        List<Witness> witnesses,
        boolean isVerified) {
    public Proof {
        witnesses = List.copyOf(witnesses);
    }

    /**
     * Somebody who signed it beside its log.
     *
     * @param name of the key
     * @param at when, by the witness's own clock; empty if the signature was not verified, because
     *     nobody named its key to this view: then the name is only what somebody says
     */
    public record Witness(String name, Optional<Instant> at) {
        public boolean isVerified() {
            return at.isPresent();
        }
    }
}
