// SPDX-License-Identifier: Apache-2.0
/**
 * Transparency logs as C2SP writes them down: the Merkle tree of RFC 6962 in tiles, signed notes,
 * checkpoints and proofs. Third-party tools read all of it.
 *
 * <p>Pure: no I/O, and it does not know what an entry is.
 */
@NullMarked
package io.countersign.audit.tlog;

import org.jspecify.annotations.NullMarked;
