// SPDX-License-Identifier: Apache-2.0
/**
 * Authenticators that ask over HTTP: webhook, token introspection, token review; and how they ask.
 *
 * <p>Must not know other kinds of authenticators.
 */
@NullMarked
package io.countersign.identity.http;

import org.jspecify.annotations.NullMarked;
