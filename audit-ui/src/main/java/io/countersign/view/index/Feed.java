// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.TrailRefused;
import io.countersign.nats.relay.StreamLink;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a source into the index until its thread is interrupted. */
public interface Feed {
    /** Reads what there is and then what comes; returns when interrupted. */
    void run() throws IOException, TrailRefused, InterruptedException;

    /** The file of one trail, which its instance may be writing. */
    static Feed ofTrail(Path file, AuditIndex index) {
        return new TrailFeed(file, index, false);
    }

    /** The file of one trail as it stands: ends at its end. */
    static Feed ofTrailOnce(Path file, AuditIndex index) {
        return new TrailFeed(file, index, true);
    }

    /**
     * The audit stream, that is, the trails of all instances.
     *
     * @param reading is told how far it is
     */
    static Feed ofStream(StreamLink link, AuditIndex index, Reading reading) {
        return new StreamFeed(link, index, reading);
    }
}
