// SPDX-License-Identifier: Apache-2.0
/**
 * What instances do together while they run: they say that they are alive, fence one that hangs,
 * find the live sessions that any of them granted, and end them.
 *
 * <p>Must not know how a decision is made.
 */
@NullMarked
package io.countersign.nats.live;

import org.jspecify.annotations.NullMarked;
