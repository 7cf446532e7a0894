// SPDX-License-Identifier: Apache-2.0
/**
 * The door for authenticators that are not ours.
 *
 * <p>Must not know other kinds of authenticators.
 */
@NullMarked
package io.countersign.identity.plugin;

import org.jspecify.annotations.NullMarked;
