// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.protocol.ConnectionType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A login, and what has to come of it: one of {@code cases.yaml}.
 *
 * @param line where it stands, from 1
 * @param note what it is about; its place in the list if its author did not say
 */
public record PolicyCase(int line, String note, Given given, Want want) {
    /**
     * The login.
     *
     * @param address empty: not known
     * @param at empty: now
     */
    public record Given(
            String source,
            String user,
            List<String> groups,
            Map<String, List<String>> attributes,
            String address,
            ConnectionType connection,
            String clientId,
            String clientName,
            boolean tls,
            String serverName,
            String serverCluster,
            List<String> serverTags,
            Optional<Instant> at) {
        public Given {
            groups = List.copyOf(groups);
            attributes = Map.copyOf(attributes);
            serverTags = List.copyOf(serverTags);
        }
    }

    /**
     * What has to come of it; what is empty is not compared.
     *
     * @param deny code of the reason; empty: it has to be allowed
     */
    public record Want(
            Optional<String> deny,
            Optional<String> rule,
            Optional<String> account,
            List<String> mayPublish,
            List<String> mayNotPublish,
            List<String> maySubscribe,
            List<String> mayNotSubscribe,
            Optional<Duration> expiresWithin) {
        public Want {
            mayPublish = List.copyOf(mayPublish);
            mayNotPublish = List.copyOf(mayNotPublish);
            maySubscribe = List.copyOf(maySubscribe);
            mayNotSubscribe = List.copyOf(mayNotSubscribe);
        }
    }
}
