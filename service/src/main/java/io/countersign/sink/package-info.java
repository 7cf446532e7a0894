// SPDX-License-Identifier: Apache-2.0
/**
 * Brings entries of the trail to other people's systems: a file, a syslog server, a webhook
 * (decision record 0031). Reads the log beside its writer, never on the way of an answer.
 *
 * <p>Must not know NATS, configuration files, nor how a request is answered.
 */
@NullMarked
package io.countersign.sink;

import org.jspecify.annotations.NullMarked;
