/**
 * What instances share: the sessions that we let in, and (with the grid) revocations, throttles and
 * lockouts.
 *
 * <p>Must not know NATS or JWT.
 */
@NullMarked
package io.countersign.cluster;

import org.jspecify.annotations.NullMarked;
