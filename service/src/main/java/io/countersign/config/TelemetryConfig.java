// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Metrics and health.
 *
 * @param listen where they are served, if at all
 * @param canary a login that is tried again and again, if one is configured
 */
public record TelemetryConfig(
        Optional<ServiceConfig.ListenAddress> listen, Optional<Canary> canary) {
    /**
     * A login through the real servers that has to succeed.
     *
     * @param password or else a token
     * @param credentials of the sentinel, in operator mode where servers have no default one
     * @param every how often
     */
    public record Canary(
            Optional<String> user,
            Optional<SecretSource> password,
            Optional<SecretSource> token,
            Optional<SecretSource> credentials,
            Duration every) {}
}
