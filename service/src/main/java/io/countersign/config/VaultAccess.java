// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.util.Optional;

/**
 * How Vault is reached.
 *
 * @param token never in Vault itself
 */
public record VaultAccess(
        URI address,
        SecretSource token,
        Optional<String> namespace,
        Optional<NatsConfig.Tls> tls) {}
