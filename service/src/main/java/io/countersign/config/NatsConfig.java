// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How an instance reaches the NATS servers.
 *
 * @param servers URLs, without credentials
 * @param callout in the callout account
 * @param operations in the operations account; without it no audit stream and no admin requests
 * @param system in the system account; without it servers are not recognised and sessions not cut
 * @param connections callout connections of this instance
 * @param queueGroup shared by all instances
 */
public record NatsConfig(
        List<String> servers,
        Login callout,
        Optional<Login> operations,
        Optional<Login> system,
        int connections,
        String queueGroup,
        Optional<Tls> tls) {
    /**
     * TLS towards the servers.
     *
     * @param ca authorities; without it those of the Java runtime
     */
    public record Tls(Optional<Path> ca, Optional<ClientCertificate> client) {}

    /** A certificate chain (PEM) and its private key (PKCS #8 PEM). */
    public record ClientCertificate(Path certificate, SecretSource key) {}

    public NatsConfig {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: >= 1)");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
        }
    }
}
