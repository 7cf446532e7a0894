// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.kit.RecordingTrail;
import java.util.List;

/** The fake keeps the promises of the real one. */
class RecordingTrailTest extends AuditTrailContract {
    private final RecordingTrail trail = new RecordingTrail();

    @Override
    protected AuditTrail trail() {
        return trail;
    }

    @Override
    protected void breakDown() {
        trail.breakDown();
    }

    @Override
    protected void repair() {
        trail.repair();
    }

    @Override
    protected List<AuditEntry> taken() {
        return trail.entries();
    }
}
