// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.AuditEntry;

/**
 * An entry as a sink writes it.
 *
 * @param line of the sink's format, without a line end
 */
record SinkEvent(AuditEntry entry, String line) {}
