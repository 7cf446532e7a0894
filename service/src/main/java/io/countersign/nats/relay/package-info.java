// SPDX-License-Identifier: Apache-2.0
/**
 * The audit stream: how a log leaves its machine, and how it is read from the stream again
 * (decision record 0029 has the format).
 *
 * <p>Must not know how a request is answered, nor who opens the connection.
 */
@NullMarked
package io.countersign.nats.relay;

import org.jspecify.annotations.NullMarked;
