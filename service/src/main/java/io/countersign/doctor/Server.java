// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.time.Duration;

/**
 * A server, as the system account shows it.
 *
 * @param ahead its clock against ours; negative if it is behind
 * @param authTimeout seconds of {@code authorization.timeout}
 */
record Server(String id, String name, String version, Duration ahead, double authTimeout) {}
