// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;

/**
 * An entry of the index.
 *
 * @param key its place in time: newer entries have greater ones
 * @param arrival its place in the order in which this index got them
 */
public record Row(long key, long arrival, AuditEntry entry) {}
