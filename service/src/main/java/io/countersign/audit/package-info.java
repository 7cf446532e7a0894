// SPDX-License-Identifier: Apache-2.0
/**
 * The trail: entries, the append-only log in SQLite, its Merkle tree, checkpoints and proofs.
 *
 * <p>Must not know NATS, Hazelcast, policy or configuration files. Relay to a stream happens
 * elsewhere, through {@link io.countersign.audit.AuditTrail} and the trail's readers.
 */
@NullMarked
package io.countersign.audit;

import org.jspecify.annotations.NullMarked;
