// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.Activity;
import io.countersign.view.access.SavedViews;
import io.countersign.view.index.AuditIndex;
import java.time.Clock;
import java.time.Instant;

/** What every page works with. */
record Tools(
        AuditIndex index,
        Clock clock,
        Templates templates,
        Activity activity,
        SavedViews views,
        Operations operations) {
    Instant now() {
        return clock.instant();
    }

    /** Writes down what somebody did. */
    void note(Ask ask, String what, String detail) {
        activity.record(ask.viewer().fullName(), ask.address(), what, detail);
    }
}
