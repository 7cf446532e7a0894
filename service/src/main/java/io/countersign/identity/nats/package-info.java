// SPDX-License-Identifier: Apache-2.0
/**
 * Clients that present a user JWT of a NATS account.
 *
 * <p>Must not know other kinds of authenticators, nor the NATS client.
 */
@NullMarked
package io.countersign.identity.nats;

import org.jspecify.annotations.NullMarked;
