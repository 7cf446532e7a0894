// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** What the writer thread is given to do. */
sealed interface Work permits Append, Job {
    /** It will not be done. */
    void fail(AuditUnavailable why);
}
