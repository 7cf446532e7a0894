// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A server, as the system account shows it.
 *
 * @param ahead its clock against ours; negative if it is behind
 * @param authTimeout seconds of {@code authorization.timeout}
 * @param systemAccount name of its system account, a key in operator mode
 * @param loaded when it last read its file, by its own clock; empty if it does not tell
 */
record Server(
        String id,
        String name,
        String version,
        Duration ahead,
        double authTimeout,
        String systemAccount,
        Optional<Instant> loaded) {}
