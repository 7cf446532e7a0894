// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Metrics, health and traces.
 *
 * @param listen where they are served, if at all
 * @param canary a login that is tried again and again, if one is configured
 * @param traces where decisions are traced, if at all
 */
public record TelemetryConfig(
        Optional<ServiceConfig.ListenAddress> listen,
        Optional<Canary> canary,
        Optional<Traces> traces) {
    /**
     * An OpenTelemetry collector.
     *
     * @param oneIn one decision in so many is recorded
     * @param token shown to the collector
     */
    public record Traces(
            URI endpoint, int oneIn, Optional<NatsConfig.Tls> tls, Optional<SecretSource> token) {}

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
