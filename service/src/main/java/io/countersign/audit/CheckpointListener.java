// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.SignedNote;

/**
 * Is handed each new checkpoint once it is on disk, to show it to others: a checkpoint that only we
 * hold proves nothing against us. Called on the writer thread; must not block.
 */
@FunctionalInterface
public interface CheckpointListener {
    /** Tells nobody. */
    CheckpointListener NONE = (_, _) -> {};

    void checkpointed(Checkpoint checkpoint, SignedNote note);
}
