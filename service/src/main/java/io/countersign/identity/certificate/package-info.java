// SPDX-License-Identifier: Apache-2.0
/**
 * Clients that showed a certificate to the NATS server.
 *
 * <p>Must not know other kinds of authenticators.
 */
@NullMarked
package io.countersign.identity.certificate;

import org.jspecify.annotations.NullMarked;
