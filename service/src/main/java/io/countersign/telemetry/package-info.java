// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics and health over HTTP, and traces to a collector. Fed by finished entries and by what the
 * parts of an instance say of themselves; it knows nothing about how a decision is made.
 */
@NullMarked
package io.countersign.telemetry;

import org.jspecify.annotations.NullMarked;
