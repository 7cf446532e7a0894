// SPDX-License-Identifier: Apache-2.0
/**
 * Clients that present a JWT of somebody else: OpenID providers, Kubernetes clusters.
 *
 * <p>The only package that knows the JOSE library. Must not know other kinds of authenticators.
 */
@NullMarked
package io.countersign.identity.jwt;

import org.jspecify.annotations.NullMarked;
