// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.util.List;

/**
 * How the witness of an instance is doing.
 *
 * @param logs of other instances that it follows
 * @param signatures since start
 * @param complaints logs that it does not sign any more, or of which the stream has less than it
 *     signed, and why
 */
public record WitnessStatus(int logs, long signatures, List<String> complaints) {
    static final WitnessStatus NOTHING = new WitnessStatus(0, 0, List.of());

    public WitnessStatus {
        complaints = List.copyOf(complaints);
    }
}
