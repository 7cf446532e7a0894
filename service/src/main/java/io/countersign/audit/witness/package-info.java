// SPDX-License-Identifier: Apache-2.0
/**
 * What one instance signs of the logs of others: each followed from entry to entry, and never two
 * histories of one (decision record 0055).
 *
 * <p>Must not know where a log is read, nor where its signature goes.
 */
@NullMarked
package io.countersign.audit.witness;

import org.jspecify.annotations.NullMarked;
