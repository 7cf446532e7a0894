// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

/**
 * How a sink fares, for health and metrics.
 *
 * @param delivered entries handed over since start
 * @param behind entries of the log that it does not have yet
 * @param failure why the last delivery failed; empty while all is well
 */
public record SinkStatus(String name, long delivered, long behind, String failure) {}
