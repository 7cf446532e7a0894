// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.time.Instant;
import java.util.Optional;

/**
 * A message as it stands in the stream.
 *
 * @param sequence its place in the stream
 * @param time when the stream took it
 * @param log whose it is; empty if no instance publishes on such a subject
 * @param record what it says; empty if it has not the form of one of ours
 * @param cosigned what a witness says of a log; such messages are of no log and have no record
 * @param flaw why there is neither
 * @param isLast true if nothing stood behind it when it was delivered
 */
public record StreamMessage(
        long sequence,
        Instant time,
        Optional<LogSubject> log,
        Optional<StreamRecord> record,
        Optional<CosignedNote> cosigned,
        String flaw,
        boolean isLast) {}
