// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** How a log stands to a checkpoint that somebody else holds. */
public enum Standing {
    /** It has all that the checkpoint covers, and perhaps more. */
    EXTENDS,
    /** Others have seen entries that it lost: it must not be written any further. */
    BEHIND,
    /** It has another past under the same name. */
    FORKED,
    /** The checkpoint is of another log. */
    ANOTHER_LOG
}
