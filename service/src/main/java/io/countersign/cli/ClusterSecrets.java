// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.SharedSecret;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster secrets count on this instance: the one that it was started with, and others while
 * it is changed, which come and go with a reload (decision record 0072). When the configuration
 * names another one to start with than it did at our start, that one is among the others: whoever
 * was restarted before us speaks with it. Thread-safe.
 */
final class ClusterSecrets {
    private static final Logger log = LoggerFactory.getLogger(ClusterSecrets.class);

    private final Secrets secrets;
    private final Optional<String> own;
    private volatile Others others;

    /** Keys of the others, each list in the same order. */
    private record Others(List<String> names, List<KeyedHash> revocations, List<KeyedHash> peers) {}

    private ClusterSecrets(Secrets secrets, Optional<String> own, Others others) {
        this.secrets = secrets;
        this.own = own;
        this.others = others;
    }

    static ClusterSecrets of(ServiceConfig config, Secrets secrets) throws IOException {
        Optional<SecretSource> source = config.keys().clusterSecret();
        Optional<String> own =
                source.isPresent()
                        ? Optional.of(name(secrets.bytes(source.get())))
                        : Optional.empty();
        return new ClusterSecrets(secrets, own, others(config, secrets, own));
    }

    private static Others others(ServiceConfig config, Secrets secrets, Optional<String> own)
            throws IOException {
        List<SecretSource> sources = new ArrayList<>(config.keys().otherClusterSecrets());
        config.keys().clusterSecret().ifPresent(sources::add);
        List<String> names = new ArrayList<>();
        List<KeyedHash> revocations = new ArrayList<>();
        List<KeyedHash> peers = new ArrayList<>();
        for (SecretSource source : sources) {
            String name = name(secrets.bytes(source));
            if (own.filter(name::equals).isPresent() || names.contains(name)) {
                continue;
            }
            names.add(name);
            revocations.add(ClusterSecret.derived(source, secrets, ClusterSecret.REVOCATIONS));
            peers.add(ClusterSecret.derived(source, secrets, ClusterSecret.PEERS));
        }
        return new Others(List.copyOf(names), List.copyOf(revocations), List.copyOf(peers));
    }

    private static String name(byte[] secret) {
        try {
            return SharedSecret.name(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Takes over what the configuration names now; what cannot be read changes nothing. */
    void reload(ServiceConfig config) {
        try {
            others = others(config, secrets, own);
        } catch (IOException | IllegalArgumentException e) {
            log.error("keys.other-cluster-secrets: those of before stay: {}", e.getMessage());
        }
    }

    /** By which records of others are known. */
    List<KeyedHash> revocations() {
        return others.revocations();
    }

    /** By which other instances are known. */
    List<KeyedHash> peers() {
        return others.peers();
    }

    /** Names of all, that of the one it was started with first. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        own.ifPresent(names::add);
        names.addAll(others.names());
        return names;
    }
}
