// SPDX-License-Identifier: Apache-2.0
/**
 * Who is tried too often, and who fails too often: rules, their state, and the judgement of one
 * login. What instances share comes through {@link
 * io.countersign.cluster.throttle.SharedThrottles}.
 *
 * <p>Must not know NATS, JWT or Hazelcast.
 */
@NullMarked
package io.countersign.cluster.throttle;

import org.jspecify.annotations.NullMarked;
