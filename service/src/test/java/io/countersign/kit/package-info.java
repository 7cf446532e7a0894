/**
 * Real servers and exact clients for tests, the demo and the benchmarks: nats-server processes,
 * clients that say on the wire what they are told to, faults on a connection, certificates. It
 * knows NATS from the outside only and nothing of the service, so that it can judge it; and it
 * waits for conditions, never for time to pass.
 */
@NullMarked
package io.countersign.kit;

import org.jspecify.annotations.NullMarked;
