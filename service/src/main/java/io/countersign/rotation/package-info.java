// SPDX-License-Identifier: Apache-2.0
/**
 * Changes keys of a running system, step by step, so that no login fails: the new key is made and
 * made known, everybody comes to use it, and only then the old one goes. Each step can be done
 * twice; where one waits for people or servers, it says for what, and the next run goes on there.
 *
 * <p>It must not know the command line or NATS: whom it asks is a {@link Reach}, whom it tells a
 * {@link Teller}.
 */
@NullMarked
package io.countersign.rotation;

import org.jspecify.annotations.NullMarked;
