// SPDX-License-Identifier: Apache-2.0
/**
 * Asks HashiCorp Vault, or what speaks like it: secrets of KV version 2, and Ed25519 signatures of
 * Transit.
 *
 * <p>Must not know what the secrets are for.
 */
@NullMarked
package io.countersign.vault;

import org.jspecify.annotations.NullMarked;
