// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.util.List;

/** We do not push this, and nothing was pushed. None of the reasons contains a secret. */
public final class PushRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String[] reasons;

    PushRefused(List<String> reasons) {
        super(String.join("\n", reasons));
        this.reasons = reasons.toArray(String[]::new);
    }

    /** One sentence for each. Never empty. */
    public List<String> reasons() {
        return List.of(reasons);
    }
}
