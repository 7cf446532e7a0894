// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.Verdict;

/**
 * What became of the service's own logins, and what they may do. Hidden if no server was reached,
 * or without credentials.
 *
 * @param mayAnswer whether the callout connection may publish where answers go
 * @param jetStream whether the operations account has JetStream
 */
record DoorsSeen(
        Look<Verdict> callout,
        Look<Verdict> operations,
        Look<Verdict> system,
        Look<Boolean> mayAnswer,
        Look<Boolean> jetStream) {}
