// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

/** What the client gets when we are at fault (design, decision 5). */
public enum WhenUnable {
    /**
     * Nothing: it times out and tries again. Client libraries give up for good after two refusals
     * in a row.
     */
    SILENT,
    /** A signed refusal at once. */
    DENY
}
